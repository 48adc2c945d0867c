import { useEffect, useState } from "react";
import type { StageView } from "../../api/contract.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { pageSocket } from "../../room/page-socket.ts";
import { ProgrammeFeed } from "../../room/programme-feed.ts";
import { VideoView } from "../../ui/call/media-views.tsx";

/** What the audience sees (or would see, in rehearsal), without sound: it would come back to the microphone. */
export function ProgrammeMonitor({ stage }: { stage: StageView }) {
  const { t } = useTranslation("backstage");
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  useEffect(() => {
    const feed = new ProgrammeFeed(pageSocket, stage.id, setTrack);
    return () => feed.close();
  }, [stage.id]);
  return (
    <figure className="programme-monitor">
      <div className="programme-monitor-picture">
        {track ? (
          <VideoView track={track} label={t("monitor")} fit="contain" />
        ) : (
          <p>{t("monitorStarting")}</p>
        )}
      </div>
      <figcaption>{t("monitorCaption")}</figcaption>
    </figure>
  );
}
