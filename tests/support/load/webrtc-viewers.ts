/* Viewers that enter the product's audience room as its page does, and watch with the WebRTC load client. */
import { audienceCapabilities } from "../../../client/src/room/audience-capabilities.ts";
import type { RequestData } from "../../../server/contract/realtime.ts";
import type { JoinedRoom } from "../../../server/contract/rooms.ts";
import { routerRtpCapabilities } from "../../../server/contract/router-capabilities.ts";
import type { SocketClient } from "../socket-client.ts";
import { writeConsumersOffer } from "./session-description.ts";
import type { PeerOptions, WebrtcLoad } from "./webrtc-load.ts";

export interface WatchOptions extends Partial<Omit<PeerOptions, "id" | "sdp">> {
  stageId: string;
  /** Of the viewer; default a new one. The same id after `closePeers` comes back as the same tab. */
  id?: string;
}

export interface Watching {
  id: string;
  joined: JoinedRoom;
  /** When the room was asked for, milliseconds since 1970. */
  askedAtMs: number;
}

/** What a browser can do that enters where people talk; the product's routers are all the same. */
export const viewerCapabilities = structuredClone(routerRtpCapabilities);

/**
 * Enters with the socket's one request, which brings the certificate's fingerprint, and begins to receive. Await
 * `load.picture(id)` for the first picture. Whoever takes part in the room's life listens to the socket's notices.
 * @throws Error with the code of the refusal
 */
export async function watchProgramme(
  load: WebrtcLoad,
  socket: SocketClient,
  { stageId, id = crypto.randomUUID(), ...options }: WatchOptions,
): Promise<Watching> {
  const askedAtMs = performance.timeOrigin + performance.now();
  const joined = await socket.request("room:join", {
    room: { kind: "audience", stageId },
    peerKey: id as RequestData<"room:join">["peerKey"],
    displayName: null,
    rtpCapabilities: audienceCapabilities,
    dtlsParameters: load.dtlsParameters,
  });
  await load.offer({ ...options, id, sdp: writeConsumersOffer(joined.receiveTransport, joined.consumers) });
  return { id, joined, askedAtMs };
}
