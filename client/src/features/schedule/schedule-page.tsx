import { useState } from "react";
import type { EventDetails } from "../../api/contract.ts";
import { useQuery } from "../../api/use-query.ts";
import { formatZone } from "../../i18n/dates.ts";
import { useLocalText } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { useParams } from "../../navigation/params.ts";
import { Select } from "../../ui/field.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/spinner.tsx";
import { EmptyState, ErrorState } from "../../ui/states.tsx";
import { useNow } from "../../ui/use-now.ts";
import { eventQuery } from "../events/event-queries.ts";
import { ScheduleList } from "./schedule-list.tsx";

const ALL = "all";

export function SchedulePage() {
  const { event } = useParams<"event">();
  const { data, error, refetch } = useQuery(eventQuery(event));
  if (error && !data) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={8} />;
  return <Schedule event={data} />;
}

function Schedule({ event }: { event: EventDetails }) {
  const { t } = useTranslation("schedule");
  const text = useLocalText();
  const language = useLanguage();
  const now = useNow(30_000);
  const [stage, setStage] = useState(ALL);
  const shown = event.schedule.filter((one) => stage === ALL || one.stageId === stage);
  const live = new Set(event.stages.filter((one) => one.phase === "live").map((one) => one.id));
  const onNow = shown.find(
    (one) =>
      live.has(one.stageId) &&
      Date.parse(one.startsAt) <= now &&
      Date.parse(one.startsAt) + one.lengthSeconds * 1000 > now,
  );
  return (
    <>
      <PageHeader
        title={t("title")}
        documentTitle={t("titleOf", { event: text(event.name) })}
        back={{ to: `/e/${event.slug}`, label: text(event.name) }}
        lead={<p>{t("zone", { zone: formatZone(language, event.timeZone) })}</p>}
        actions={
          event.stages.length > 1 ? (
            <Select
              label={t("stageFilter")}
              value={stage}
              onChange={setStage}
              options={[
                { value: ALL, label: t("allStages") },
                ...event.stages.map((one) => ({ value: one.id as string, label: text(one.name) })),
              ]}
            />
          ) : null
        }
      />
      {shown.length === 0 ? (
        <EmptyState icon="calendar" title={t("empty.title")}>
          <p>{t("empty.text")}</p>
        </EmptyState>
      ) : (
        <ScheduleList
          presentations={shown}
          timeZone={event.timeZone}
          nowId={onNow?.id ?? null}
          stageNames={new Map(event.stages.map((one) => [one.id, one.name]))}
          headingLevel="h2"
        />
      )}
    </>
  );
}
