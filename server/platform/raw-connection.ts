/**
 * What engine.io 6.6 and ws 8 have behind a socket, without types. Without compression ws keeps no queue: each frame is
 * written whole in the turn in which it is sent.
 */
export interface RawConnection {
  readyState: string;
  /** What waits until the transport can take it: while polling, an upgrade or a write is under way. */
  writeBuffer: readonly { data?: { length?: number } }[];
  transport: {
    name: string;
    /** False while packets are under way, or an upgrade is. */
    writable: boolean;
    socket?: { _socket?: NetworkSocket | null };
  };
  write(packet: string, options: { compress: boolean; wsPreEncodedFrame: Buffer[] }): void;
  close(discard?: boolean): void;
}

interface NetworkSocket {
  writable: boolean;
  writableLength: number;
  write(frame: Buffer): boolean;
}

/** What waits for a socket that does not read, and still answers pings; a page on a slow line has some kB. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** The network socket of a websocket; `null` while polling. */
export function networkOf({ transport }: RawConnection): NetworkSocket | null {
  return transport.name === "websocket" ? (transport.socket?._socket ?? null) : null;
}

/** More waits for this socket than for one that is merely slow: whoever has it does not read. */
export function isUnread(raw: RawConnection): boolean {
  let bytes = networkOf(raw)?.writableLength ?? 0;
  for (const { data } of raw.writeBuffer) bytes += data?.length ?? 0;
  return bytes > MAX_UNSENT_BYTES;
}
