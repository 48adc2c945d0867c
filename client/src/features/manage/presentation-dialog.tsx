import { useId, useState } from "react";
import { Controller, useForm } from "react-hook-form";
import type { ManagedEvent, ManagedPresentation, PresentationDraft } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import { queries } from "../../api/query.ts";
import { useLocalText } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select, TextField } from "../../ui/field.tsx";
import { useErrorText } from "../../ui/states.tsx";
import { fromLocalInput, toLocalInput } from "./event-time.ts";
import { managedEventQuery } from "./manage-query.ts";

interface Fields {
  stageId: string;
  kind: PresentationDraft["kind"];
  titleFi: string;
  titleSv: string;
  titleEn: string;
  description: string;
  speaker: string;
  startsAt: string;
  minutes: string;
}

export interface PresentationDialogProps {
  event: ManagedEvent;
  /** `null`: a new one. */
  presentation: ManagedPresentation | null;
  onClose: () => void;
}

const kinds = ["live", "video", "interview", "music", "break"] as const;
const MAX_MINUTES = 24 * 60;

export function PresentationDialog({ event, presentation, onClose }: PresentationDialogProps) {
  const { t } = useTranslation(["manage", "common"]);
  const local = useLocalText();
  const formId = useId();
  const errorText = useErrorText();
  const { control, handleSubmit, formState } = useForm<Fields>({
    defaultValues: fieldsOf(event, presentation),
  });
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const save = async (draft: PresentationDraft) => {
    setSaving(true);
    setFailure(null);
    try {
      const params = { event: event.slug };
      await (presentation
        ? call("updatePresentation", {
            params: { ...params, presentationId: presentation.id },
            body: draft,
          })
        : call("createPresentation", { params, body: draft }));
      await queries.invalidate(managedEventQuery(event.slug));
      onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setSaving(false);
    }
  };
  const submit = handleSubmit((fields) => save(draftOf(fields, event, presentation)));
  const errorOf = (name: keyof Fields) => formState.errors[name]?.message;

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t(presentation ? "manage:edit" : "manage:add")}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="primary" type="submit" form={formId} isPending={isSaving}>
            {t("common:save")}
          </Button>
        </>
      }
    >
      <form id={formId} className="presentation-form" onSubmit={(submitted) => void submit(submitted)}>
        {event.stages.length > 1 ? (
          <Controller
            name="stageId"
            control={control}
            render={({ field }) => (
              <Select
                label={t("manage:stage")}
                value={field.value}
                options={event.stages.map((stage) => ({ value: stage.id, label: local(stage.name) }))}
                onChange={field.onChange}
              />
            )}
          />
        ) : null}
        <Controller
          name="kind"
          control={control}
          render={({ field }) => (
            <Select
              label={t("manage:kindLabel")}
              value={field.value}
              options={kinds.map((kind) => ({ value: kind, label: t(`manage:kind.${kind}`) }))}
              onChange={field.onChange}
            />
          )}
        />
        <Controller
          name="titleFi"
          control={control}
          rules={{ validate: (value) => value.trim() !== "" || t("manage:titleMissing") }}
          render={({ field }) => (
            <TextField
              label={t("manage:titleFi")}
              value={field.value}
              onChange={field.onChange}
              maxLength={200}
              error={errorOf("titleFi")}
            />
          )}
        />
        <div className="presentation-titles">
          {(["titleSv", "titleEn"] as const).map((name) => (
            <Controller
              key={name}
              name={name}
              control={control}
              render={({ field }) => (
                <TextField
                  label={t(`manage:${name}`)}
                  value={field.value}
                  onChange={field.onChange}
                  maxLength={200}
                />
              )}
            />
          ))}
        </div>
        <Controller
          name="speaker"
          control={control}
          render={({ field }) => (
            <TextField
              label={t("manage:speaker")}
              value={field.value}
              onChange={field.onChange}
              maxLength={200}
            />
          )}
        />
        <div className="presentation-times">
          <Controller
            name="startsAt"
            control={control}
            rules={{
              validate: (value) => fromLocalInput(value, event.timeZone) !== null || t("manage:timeMissing"),
            }}
            render={({ field }) => (
              <TextField
                label={t("manage:startsAt")}
                type="datetime-local"
                value={field.value}
                onChange={field.onChange}
                error={errorOf("startsAt")}
              />
            )}
          />
          <Controller
            name="minutes"
            control={control}
            rules={{ validate: (value) => isMinutes(value) || t("manage:minutesWrong") }}
            render={({ field }) => (
              <TextField
                label={t("manage:minutes")}
                inputMode="numeric"
                value={field.value}
                onChange={field.onChange}
                error={errorOf("minutes")}
              />
            )}
          />
        </div>
        <Controller
          name="description"
          control={control}
          render={({ field }) => (
            <TextField
              label={t("manage:description")}
              rows={3}
              value={field.value}
              onChange={field.onChange}
              maxLength={4000}
            />
          )}
        />
        {failure ? (
          <p className="dialog-failure" role="alert">
            {isOverlap(failure) ? t("manage:overlap") : errorText(failure)}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

function isMinutes(value: string): boolean {
  return /^\d{1,4}$/.test(value.trim()) && Number(value) >= 1 && Number(value) <= MAX_MINUTES;
}

function isOverlap(error: unknown): boolean {
  return (error as { code?: string }).code === "conflict";
}

function fieldsOf(event: ManagedEvent, presentation: ManagedPresentation | null): Fields {
  const last = event.presentations.at(-1);
  const after = last ? Date.parse(last.startsAt) + last.lengthSeconds * 1000 : Date.parse(event.startsAt);
  const startsAt = presentation?.startsAt ?? new Date(after).toISOString();
  return {
    stageId: presentation?.stageId ?? event.stages[0]?.id ?? "",
    kind: presentation?.kind ?? "live",
    titleFi: presentation?.title.fi ?? "",
    titleSv: presentation?.title.sv ?? "",
    titleEn: presentation?.title.en ?? "",
    description: presentation?.description.fi ?? "",
    speaker: presentation?.speaker ?? "",
    startsAt: toLocalInput(startsAt, event.timeZone),
    minutes: String(Math.round((presentation?.lengthSeconds ?? 1800) / 60)),
  };
}

function draftOf(
  fields: Fields,
  event: ManagedEvent,
  presentation: ManagedPresentation | null,
): PresentationDraft {
  return {
    stageId: fields.stageId,
    kind: fields.kind,
    title: { fi: fields.titleFi.trim(), sv: fields.titleSv.trim(), en: fields.titleEn.trim() },
    description: { ...(presentation?.description ?? { sv: "", en: "" }), fi: fields.description },
    speaker: fields.speaker.trim(),
    startsAt: fromLocalInput(fields.startsAt, event.timeZone) ?? event.startsAt,
    lengthSeconds: Number(fields.minutes) * 60,
  };
}
