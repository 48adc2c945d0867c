import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { ManagedPresentation } from "../../api/contract.ts";
import { formatClock } from "../../i18n/dates.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
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
  const input = useRef<HTMLInputElement>(null);
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
        <>
          <input
            ref={input}
            type="file"
            accept="video/*"
            hidden
            onChange={(event) => {
              choose(event.target.files);
              // The same file may be chosen again.
              event.target.value = "";
            }}
          />
          <Button size="s" icon="upload" onPress={() => input.current?.click()}>
            {t(media?.state === "ready" ? "replaceVideo" : "uploadVideo")}
          </Button>
        </>
      )}
    </div>
  );
}

function Bar({ label, value }: { label: string; value: number }) {
  const percent = Math.round(value * 100);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span className="progress-label">
        {label} <span className="progress-value">{percent} %</span>
      </span>
      <span className="progress-track">
        <span className="progress-fill" style={{ inlineSize: `${percent}%` }} />
      </span>
    </div>
  );
}
