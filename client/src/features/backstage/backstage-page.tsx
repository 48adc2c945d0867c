import { useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import type { StageView } from "../../api/contract.ts";
import { pageErrorOf } from "../../api/use-query.ts";
import { useLocalText } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { useParams } from "../../navigation/params.ts";
import { DeviceCheck } from "../../ui/call/device-check.tsx";
import { useDevices } from "../../ui/call/use-devices.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Loading } from "../../ui/spinner.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { useStage } from "../stages/use-stage.ts";
import { BackstageRoom } from "./backstage-room.tsx";

/** Speakers' and hosts' side of a stage: first the green room (devices), then the backstage itself. */
export function BackstagePage() {
  const { event, stage } = useParams<"event" | "stage">();
  const query = useStage(event, stage, { isCounted: false });
  const error = pageErrorOf(query);
  if (error) return <ErrorState isPage error={error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  if (!query.data.can.enterBackstage)
    return <ErrorState isPage error={new ApiError({ code: "forbidden", message: "no backstage right" })} />;
  return <Backstage stage={query.data} />;
}

function Backstage({ stage }: { stage: StageView }) {
  const { t } = useTranslation("backstage");
  const local = useLocalText();
  const { devices, snapshot } = useDevices();
  const [displayName, setDisplayName] = useState<string | null>(null);
  const name = local(stage.name);
  if (!devices || !snapshot) return <Loading />;
  return (
    <div className="page-wide backstage">
      <PageHeader
        title={t("title", { stage: name })}
        documentTitle={t("title", { stage: name })}
        back={{ to: `/e/${stage.event.slug}/stage/${stage.slug}`, label: t("toStage") }}
      />
      {displayName === null ? (
        <DeviceCheck
          devices={devices}
          snapshot={snapshot}
          title={t("checkTitle")}
          lead={<p>{t(stage.can.drive ? "checkLeadHost" : "checkLead")}</p>}
          enterLabel={t("enter")}
          onEnter={setDisplayName}
        />
      ) : (
        <BackstageRoom
          stage={stage}
          devices={devices}
          snapshot={snapshot}
          displayName={displayName}
          onLeave={() => setDisplayName(null)}
        />
      )}
    </div>
  );
}
