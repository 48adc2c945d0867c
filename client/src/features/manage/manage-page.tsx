import { useState } from "react";
import type { ManagedEvent, ManagedPresentation, RecordingView } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import { queries } from "../../api/query.ts";
import { pageErrorOf, useQuery } from "../../api/use-query.ts";
import { dayKey, formatClock, formatDay, formatTime } from "../../i18n/dates.ts";
import { InLanguage, useLocalText } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { useParams } from "../../navigation/params.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Badge, Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Switch } from "../../ui/field.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Loading } from "../../ui/spinner.tsx";
import { EmptyState, ErrorState, useErrorText } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { LinksPart } from "./links-part.tsx";
import "./manage.css";
import { managedEventQuery, useManageNotices } from "./manage-query.ts";
import { PresentationDialog } from "./presentation-dialog.tsx";
import { VideoField } from "./video-field.tsx";

/** The organiser's page: the schedule with its videos, and what has been recorded. */
export function ManagePage() {
  const { event } = useParams<"event">();
  const query = useQuery(managedEventQuery(event));
  useManageNotices(event, query.data?.id);
  const error = pageErrorOf(query);
  if (error) return <ErrorState isPage error={error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <Manage event={query.data} />;
}

function Manage({ event }: { event: ManagedEvent }) {
  const { t } = useTranslation("manage");
  const local = useLocalText();
  const [edited, setEdited] = useState<ManagedPresentation | "new" | null>(null);
  return (
    <div className="manage">
      <PageHeader
        title={t("title", { event: local(event.name) })}
        documentTitle={t("title", { event: local(event.name) })}
        back={{ to: `/e/${event.slug}`, label: t("toEvent") }}
      />
      <section className="manage-part" aria-labelledby="schedule-title">
        <div className="manage-head">
          <h2 id="schedule-title">{t("schedule")}</h2>
          <Button tone="primary" icon="plus" onPress={() => setEdited("new")}>
            {t("add")}
          </Button>
        </div>
        {event.presentations.length === 0 ? (
          <EmptyState title={t("emptySchedule")} />
        ) : (
          event.stages.map((stage) => (
            <StageSchedule
              key={stage.id}
              event={event}
              stageName={event.stages.length > 1 ? local(stage.name) : null}
              presentations={event.presentations.filter((one) => one.stageId === stage.id)}
              onEdit={setEdited}
            />
          ))
        )}
      </section>
      <section className="manage-part" aria-labelledby="recordings-title">
        <h2 id="recordings-title">{t("recordings")}</h2>
        {event.recordings.length === 0 ? (
          <EmptyState icon="video" title={t("noRecordings")}>
            <p>{t("noRecordingsHint")}</p>
          </EmptyState>
        ) : (
          <ul className="manage-list">
            {event.recordings.map((recording) => (
              <RecordingRow key={recording.id} event={event} recording={recording} />
            ))}
          </ul>
        )}
      </section>
      <LinksPart event={event} />
      {edited ? (
        <PresentationDialog
          event={event}
          presentation={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      ) : null}
    </div>
  );
}

interface StageScheduleProps {
  event: ManagedEvent;
  stageName: string | null;
  presentations: ManagedPresentation[];
  onEdit: (presentation: ManagedPresentation) => void;
}

function StageSchedule({ event, stageName, presentations, onEdit }: StageScheduleProps) {
  const language = useLanguage();
  const days = Map.groupBy(presentations, (one) => dayKey(one.startsAt, event.timeZone));
  return (
    <>
      {stageName ? <h3>{stageName}</h3> : null}
      {[...days].map(([day, ofDay]) => (
        <div key={day} className="manage-day">
          <h3>{formatDay(ofDay[0]!.startsAt, language, event.timeZone)}</h3>
          <ul className="manage-list">
            {ofDay.map((one) => (
              <PresentationRow key={one.id} event={event} presentation={one} onEdit={() => onEdit(one)} />
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

function PresentationRow({
  event,
  presentation,
  onEdit,
}: {
  event: ManagedEvent;
  presentation: ManagedPresentation;
  onEdit: () => void;
}) {
  const { t } = useTranslation(["manage", "common"]);
  const language = useLanguage();
  const local = useLocalText();
  const errorText = useErrorText();
  const [isDeleting, setDeleting] = useState(false);
  const title = local(presentation.title);
  const end = Date.parse(presentation.startsAt) + presentation.lengthSeconds * 1000;
  return (
    <Card as="li" className="manage-row">
      <p className="manage-time">
        {formatTime(presentation.startsAt, language, event.timeZone)}–
        {formatTime(end, language, event.timeZone)}
      </p>
      <div className="manage-what">
        <p className="manage-title">
          <InLanguage text={presentation.title} />
        </p>
        <p className="manage-meta">
          <Badge>{t(`manage:kind.${presentation.kind}`)}</Badge> {presentation.speaker}
        </p>
        {presentation.kind === "video" ? <VideoField presentation={presentation} /> : null}
      </div>
      <div className="manage-actions">
        <IconButton icon="pencil" label={t("manage:editNamed", { title })} onPress={onEdit} />
        <IconButton
          icon="trash"
          label={t("manage:deleteNamed", { title })}
          onPress={() => setDeleting(true)}
        />
      </div>
      <ConfirmDialog
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={t("manage:deleteTitle")}
        confirmLabel={t("common:remove")}
        describeError={errorText}
        onConfirm={async () => {
          await call("deletePresentation", {
            params: { event: event.slug, presentationId: presentation.id },
          });
          await queries.invalidate(managedEventQuery(event.slug));
        }}
      >
        <p>{t("manage:deleteText", { title })}</p>
      </ConfirmDialog>
    </Card>
  );
}

function RecordingRow({ event, recording }: { event: ManagedEvent; recording: RecordingView }) {
  const { t } = useTranslation("manage");
  const language = useLanguage();
  const errorText = useErrorText();
  const publish = async (isPublished: boolean) => {
    try {
      await call("updateRecording", {
        params: { event: event.slug, recordingId: recording.id },
        body: { isPublished },
      });
      await queries.invalidate(managedEventQuery(event.slug));
    } catch (error) {
      toast(errorText(error), "warning");
    }
  };
  return (
    <Card as="li" className="manage-row">
      <p className="manage-time">{formatTime(recording.startedAt, language, event.timeZone)}</p>
      <div className="manage-what">
        <p className="manage-title">
          <InLanguage text={recording.title} />
        </p>
        <p className="manage-meta">{formatClock(recording.durationSeconds)}</p>
      </div>
      <Switch isSelected={recording.isPublished} onChange={(isPublished) => void publish(isPublished)}>
        {t("published")}
      </Switch>
    </Card>
  );
}
