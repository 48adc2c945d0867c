import { useEffect, useRef, useState } from "react";
import { LevelMeter as TrackLevel } from "../../room/level-meter.ts";
import { LevelMeter } from "../level-meter.tsx";

/** A moving picture without sound. `isMirrored` for one's own camera. */
export function VideoView(props: {
  track: MediaStreamTrack;
  isMirrored?: boolean;
  label: string;
  fit?: "cover" | "contain";
}) {
  const { track, isMirrored = false, label, fit = "cover" } = props;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={video}
      className="call-video"
      data-mirrored={isMirrored || undefined}
      data-fit={fit}
      aria-label={label}
      muted
      playsInline
    />
  );
}

/** Plays a sound; shows nothing. `onBlocked` when, and only when, the browser wants a press first. */
export function SoundSink({ track, onBlocked }: { track: MediaStreamTrack; onBlocked?: () => void }) {
  const audio = useRef<HTMLAudioElement>(null);
  const blocked = useRef(onBlocked);
  blocked.current = onBlocked;
  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    element.play().catch((error: unknown) => {
      // AbortError is a track that was replaced meanwhile: no press would help there.
      if (error instanceof DOMException && error.name === "NotAllowedError") blocked.current?.();
    });
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: live talk between people; captions come from a captioner
    <audio ref={audio} className="call-sound" />
  );
}

const FLOOR_DB = -60;

/** Level of a track, ten times a second, in the interface's own meter. */
export function TrackLevelMeter({ track, label }: { track: MediaStreamTrack; label: string }) {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const meter = new TrackLevel(track);
    const timer = setInterval(() => setLevel(Math.max(0, 1 - meter.read() / FLOOR_DB)), 100);
    return () => {
      clearInterval(timer);
      meter.close();
    };
  }, [track]);
  return <LevelMeter label={label} level={level} />;
}
