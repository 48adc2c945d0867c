import { useEffect, useState, useSyncExternalStore } from "react";
import { FileTrigger, ProgressBar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { ManagedPresentation } from "../../api/contract.ts";
import { formatClock } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { VideoUpload } from "./video-upload.ts";

const REFUSALS: Record<number, string> = {
  413: "tooLarge",
  415: "unsupported",
  401: "forbidden",
  403: "forbidden",
  507: "diskFull",
};

/** The video of a recorded presentation: upload with progress, conversion, ready. */
export function VideoField({ presentation }: { presentation: ManagedPresentation }) {
  const { t } = useTranslation("manage");
  const [upload] = useState(() => new VideoUpload());
  const { state, progress, fileName, status } = useSyncExternalStore(upload.subscribe, upload.getSnapshot);
  useEffect(() => () => upload.close(), [upload]);
  const { media } = presentation;
  const choose = (files: FileList | null) => {
    const file = files?.[0];
    if (file) void upload.start(presentation.id, file);
  };
  const isUploading = state === "uploading" || state === "paused";
  return (
    <div className="video-field">
      {isUploading ? (
        <>
          <Bar label={t("uploading", { file: fileName })} value={progress} />
          <Button
            size="s"
            tone="quiet"
            onPress={() => (state === "paused" ? upload.resume() : void upload.pause())}
          >
            {t(state === "paused" ? "resume" : "pause")}
          </Button>
        </>
      ) : null}
      {state === "refused" ? (
        <p className="video-fault" role="alert">
          <Icon name="warning" size={18} /> {t(`refused.${(status && REFUSALS[status]) ?? "network"}`)}
        </p>
      ) : null}
      {!isUploading && media ? (
        media.state === "ready" ? (
          <p className="video-ready">
            <Icon name="check" size={18} /> {t("ready", { length: formatClock(media.durationSeconds ?? 0) })}
          </p>
        ) : media.state === "failed" ? (
          <p className="video-fault" role="alert">
            <Icon name="warning" size={18} /> {t(`failed.${media.failure ?? "internal"}`)}
          </p>
        ) : (
          <Bar label={t(media.state === "converting" ? "converting" : "queued")} value={media.progress} />
        )
      ) : null}
      {!isUploading && !media && state !== "done" ? <p className="video-missing">{t("noVideo")}</p> : null}
      {isUploading ? null : (
        <FileTrigger acceptedFileTypes={["video/*"]} onSelect={choose}>
          <Button size="s" icon="upload">
            {t(media?.state === "ready" ? "replaceVideo" : "uploadVideo")}
          </Button>
        </FileTrigger>
      )}
    </div>
  );
}

function Bar({ label, value }: { label: string; value: number }) {
  return (
    <ProgressBar className="progress" aria-label={label} value={value * 100}>
      {({ percentage, valueText }) => (
        <>
          <span className="progress-label">
            {label} <span className="progress-value">{valueText}</span>
          </span>
          <span className="progress-track">
            <span className="progress-fill" style={{ inlineSize: `${percentage ?? 0}%` }} />
          </span>
        </>
      )}
    </ProgressBar>
  );
}
