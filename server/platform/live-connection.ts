import type { DefaultEventsMap, Socket } from "socket.io";
import type { ChannelMember, ChannelTable } from "./channel-table.ts";
import type { Connection } from "./connection.ts";
import type { NoticeFrame } from "./notice-frame.ts";
import { isUnread, networkOf, type RawConnection } from "./raw-connection.ts";
import type { Actor, Grant } from "./rights.ts";

export type TorillaSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, { actor: Actor }>;

/** A socket as the features see it. What it has entered is left when it is gone. */
export class LiveConnection implements Connection, ChannelMember {
  readonly id: string;
  readonly #socket: TorillaSocket;
  readonly #channels: ChannelTable<LiveConnection>;
  readonly #gone = new Set<() => void>();

  constructor(socket: TorillaSocket, channels: ChannelTable<LiveConnection>) {
    this.id = socket.id;
    this.#socket = socket;
    this.#channels = channels;
    socket.once("disconnect", () => {
      channels.removeAll(this);
      for (const listener of [...this.#gone]) listener();
      this.#gone.clear();
    });
  }

  get actor(): Actor {
    return this.#socket.data.actor;
  }
  get isOpen(): boolean {
    return this.#socket.connected;
  }
  join(channel: string): void {
    if (this.isOpen) this.#channels.add(channel, this);
  }
  leave(channel: string): void {
    this.#channels.remove(channel, this);
  }
  isIn(channel: string): boolean {
    return this.#channels.has(channel, this);
  }
  send(name: string, data: unknown): void {
    this.#socket.emit(name, data);
  }
  /**
   * Straight to the network socket when nothing waits before it (a third of the cost of the way through engine.io's
   * queue and ws); else as socket.io's own broadcast hands over a frame that is ready. Who does not read is dropped.
   */
  deliver({ packet, frame }: NoticeFrame): void {
    if (!this.isOpen) return;
    const raw = this.#socket.conn as unknown as RawConnection;
    const network = networkOf(raw);
    if (isUnread(raw)) raw.close(true);
    else if (network?.writable && isFree(raw)) network.write(frame);
    else raw.write(packet, { compress: false, wsPreEncodedFrame: [frame] });
  }
  onGone(listener: () => void): () => void {
    if (!this.isOpen) listener();
    else this.#gone.add(listener);
    return () => void this.#gone.delete(listener);
  }

  /** Whoever lost a right loses the socket with all that it had entered; the client comes back with what is left. */
  renew(actor: Actor): void {
    const { grants: before } = this.actor;
    this.#socket.data.actor = actor;
    if (before.some((grant) => !actor.grants.some((one) => isSameGrant(one, grant)))) this.drop();
  }
  /** Closes the transport, so that the client takes it for a lost network and returns by itself. */
  drop(): void {
    this.#socket.conn.close();
  }
}

/** Nothing waits before what is written now. */
function isFree({ readyState, writeBuffer, transport }: RawConnection): boolean {
  return readyState === "open" && transport.writable && writeBuffer.length === 0;
}

function isSameGrant(one: Grant, other: Grant): boolean {
  return (
    one.role === other.role &&
    one.eventId === other.eventId &&
    one.stageId === other.stageId &&
    one.boothId === other.boothId
  );
}
