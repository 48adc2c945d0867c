import type { types } from "mediasoup";
import type { JoinedRoom, PeerView } from "../../server/contract/rooms.ts";
import { type Peer, presentTransport } from "./peer.ts";
import type { Roster } from "./roster.ts";

/** The answer to a join; from here on the peer hears of changes by notices. */
export function presentJoin({
  room: { roomId, router, roster },
  peer,
  view,
  addresses,
}: {
  room: { roomId: string; router: types.Router; roster: Roster };
  peer: Peer;
  view: PeerView;
  /** That the node is reached by. */
  addresses: readonly string[];
}): JoinedRoom {
  const { peerId, sendTransport, receiveTransport } = peer;
  return {
    roomId,
    peerId,
    routerRtpCapabilities: { ...router.rtpCapabilities },
    sendTransport: sendTransport && presentTransport(sendTransport, addresses),
    receiveTransport: presentTransport(receiveTransport, addresses),
    peers: roster.visible(peerId),
    self: roster.require(peerId),
    consumers: peer.answerConsumers(),
    speakRight: view.speakRight,
    silentVisitorCount: roster.silentVisitorCount,
  };
}
