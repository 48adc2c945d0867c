import type { types } from "mediasoup";
import type { MediaRequestData } from "../../server/contract/media.ts";
import type { Log } from "../log.ts";
import { refusingBadMedia } from "../media-error.ts";
import type { Notify } from "../notify.ts";
import { createPeerTransports } from "./create-peer-transports.ts";
import { Peer } from "./peer.ts";
import type { RoomKind } from "./rights.ts";
import type { RoomSites } from "./room-sites.ts";
import { withoutBandwidthEstimation } from "./router-codecs.ts";

/** A worker may die just when somebody is placed on it. */
const ATTEMPTS = 3;

/** A peer with its transports, on the worker that suits best. @throws media_unavailable */
export async function admitPeer(
  room: { roomId: string; kind: RoomKind; sites: RoomSites; notify: Notify; log: Log },
  { peerId, rtpCapabilities }: MediaRequestData<"room:join">,
): Promise<Peer> {
  const { roomId, kind, sites, notify, log } = room;
  const capabilities = rtpCapabilities as types.RtpCapabilities;
  for (let attempt = 1; ; attempt += 1) {
    const site = await sites.place();
    try {
      const transports = await refusingBadMedia(() =>
        createPeerTransports(site.router, site.slot.webRtcServer, kind),
      );
      return new Peer({
        peerId,
        roomId,
        notify,
        log,
        rtpCapabilities: kind === "audience" ? withoutBandwidthEstimation(capabilities) : capabilities,
        site,
        onClosed: () => sites.leave(site),
        ...transports,
      });
    } catch (error) {
      sites.leave(site);
      if (!site.router.closed || attempt === ATTEMPTS) throw error;
    }
  }
}
