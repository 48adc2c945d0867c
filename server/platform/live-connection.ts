import type { DefaultEventsMap, Socket } from "socket.io";
import type { ChannelMember, ChannelTable } from "./channel-table.ts";
import type { Connection } from "./connection.ts";
import type { NoticeFrame } from "./notice-frame.ts";
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
  /** engine.io takes a frame that is ready for a websocket, as socket.io's own broadcast hands it over. */
  deliver({ packet, frame }: NoticeFrame): void {
    const options = { compress: false, wsPreEncodedFrame: [frame] };
    if (this.isOpen) this.#socket.conn.write(packet, options);
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

function isSameGrant(one: Grant, other: Grant): boolean {
  return (
    one.role === other.role &&
    one.eventId === other.eventId &&
    one.stageId === other.stageId &&
    one.boothId === other.boothId
  );
}
