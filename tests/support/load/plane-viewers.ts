/* Viewers in the media node's audience room, without a server in between. */
import { audienceCapabilities } from "../../../client/src/room/audience-capabilities.ts";
import { MediaLink } from "../../../server/platform/media-link/media-link.ts";
import { untilConnected } from "../media-planes.ts";
import { waitFor } from "../wait-for.ts";
import { writeConsumersOffer } from "./session-description.ts";
import type { SourceNode } from "./source-node.ts";
import type { PeerOptions, WebrtcLoad } from "./webrtc-load.ts";

const log = { info: () => {}, warn: console.warn, error: console.error };
const slate = { reason: "starting-soon", eventName: "", title: "", subtitle: "", nextLine: "" } as const;

export interface OpenAudience {
  link: MediaLink;
  stageId: string;
  /** Enters as the page does, by one request. Resolves with the peer's id once it has its offer. */
  watch(load: WebrtcLoad, options?: Partial<PeerOptions>): Promise<string>;
  close(): Promise<void>;
}

/** Opens a stage on the node; resolves when its programme is in the audience room. */
export async function openAudience(node: SourceNode): Promise<OpenAudience> {
  const link = new MediaLink({ link: { kind: "socket", path: node.socketPath }, log });
  await untilConnected(link);
  const stageId = crypto.randomUUID();
  const roomId = `audience:${stageId}`;
  await link.request("stage:open", { stageId, slate });
  const enter = (dtlsParameters?: WebrtcLoad["dtlsParameters"]) =>
    link.request("room:join", {
      roomId,
      peerId: crypto.randomUUID(),
      displayName: "",
      role: "attendee",
      speakRight: "none",
      rtpCapabilities: audienceCapabilities,
      dtlsParameters,
    });
  await waitFor(
    async () => {
      const { peerId, consumers } = await enter();
      await link.request("room:leave", { roomId, peerId });
      return consumers.length === 2;
    },
    { what: "the programme" },
  );
  return {
    link,
    stageId,
    async watch(load, options = {}) {
      const joined = await enter(load.dtlsParameters);
      const sdp = writeConsumersOffer(joined.receiveTransport, joined.consumers);
      await load.offer({ id: joined.peerId, sdp, ...options });
      return joined.peerId;
    },
    close: () => link.close(),
  };
}
