import type { types } from "mediasoup";
import { mayEverSend, type RoomKind } from "./rights.ts";

/** What one peer may send at most, bits per second. */
const MAX_INCOMING_BITRATE = { backstage: 6_000_000, booth: 2_000_000, audience: 0 } as const;

export interface PeerTransports {
  receiveTransport: types.WebRtcTransport;
  /** `null` where nobody ever sends. */
  sendTransport: types.WebRtcTransport | null;
}

/** A peer's transports on the worker's one port. The caller closes them. */
export async function createPeerTransports(
  router: types.Router,
  webRtcServer: types.WebRtcServer,
  room: RoomKind,
): Promise<PeerTransports> {
  const options: types.WebRtcTransportOptions = {
    webRtcServer,
    enableUdp: true,
    enableTcp: true,
    preferUdp: true,
    initialAvailableOutgoingBitrate: 1_500_000,
  };
  const receiveTransport = await router.createWebRtcTransport(options);
  if (!mayEverSend(room)) return { receiveTransport, sendTransport: null };
  try {
    const sendTransport = await router.createWebRtcTransport(options);
    await sendTransport.setMaxIncomingBitrate(MAX_INCOMING_BITRATE[room]);
    return { receiveTransport, sendTransport };
  } catch (error) {
    receiveTransport.close();
    throw error;
  }
}
