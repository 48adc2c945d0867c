import { openAudienceEntrance } from "../room/audience-entrance.ts";
import { pageCertificate } from "../room/page-certificate.ts";
import { holdEntrance, isEntered } from "./held-entrance.ts";
import { readPlayerSettings } from "./player-settings.ts";

interface EnterableStage {
  id: string;
  state: { phase: string };
}

/**
 * While the page is still being made, the room is entered and media begins to come: when the answer says that the
 * stage is live, and this viewer wants WebRTC.
 */
export async function enterEarly(answer: Promise<EnterableStage | undefined>): Promise<void> {
  const settings = readPlayerSettings();
  if (settings.preference === "hls" || typeof RTCPeerConnection === "undefined") return;
  pageCertificate().catch(() => {});
  const stage = await answer;
  // This code may have been longer on its way than the page.
  if (stage?.state.phase !== "live" || isEntered(stage.id)) return;
  holdEntrance(stage.id, openAudienceEntrance(stage.id, settings));
}
