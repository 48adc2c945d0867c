import type { Preference } from "./path-choice.ts";
import type { Quality } from "./programme.ts";

/** What a viewer has set, kept in this browser and nowhere else. */
export interface PlayerSettings {
  /** 0 to 1. */
  volume: number;
  isMuted: boolean;
  hasCaptions: boolean;
  isAudioOnly: boolean;
  quality: Quality;
  preference: Preference;
}

const KEY = "torilla.player";
const defaults: PlayerSettings = {
  volume: 1,
  isMuted: false,
  hasCaptions: false,
  isAudioOnly: false,
  quality: "auto",
  preference: "auto",
};

export function readPlayerSettings(): PlayerSettings {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return sanitise(kept);
  } catch {
    return defaults;
  }
}

export function keepPlayerSettings(settings: PlayerSettings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is closed or full: the settings then last as long as the page.
  }
}

/** What another version or a curious person wrote must not break the player. */
export function sanitise(kept: unknown): PlayerSettings {
  const found = (typeof kept === "object" && kept !== null ? kept : {}) as Record<string, unknown>;
  const is = (key: keyof PlayerSettings) =>
    found[key] === true ? true : found[key] === false ? false : null;
  const oneOf = <Value extends string>(key: keyof PlayerSettings, values: readonly Value[]) =>
    values.find((value) => value === found[key]) ?? null;
  return {
    volume:
      typeof found.volume === "number" && found.volume >= 0 && found.volume <= 1
        ? found.volume
        : defaults.volume,
    isMuted: is("isMuted") ?? defaults.isMuted,
    hasCaptions: is("hasCaptions") ?? defaults.hasCaptions,
    isAudioOnly: is("isAudioOnly") ?? defaults.isAudioOnly,
    quality: oneOf("quality", ["auto", "720", "360"]) ?? defaults.quality,
    preference: oneOf("preference", ["auto", "webrtc", "hls"]) ?? defaults.preference,
  };
}
