import type { NoticeData, NoticeName } from "../contract/realtime.ts";
import type { RoomId } from "../contract/rooms.ts";

type Named<Prefix extends string> = Extract<NoticeName, `${Prefix}:${string}`>;

/** Names of the groups of sockets; `connection.join(channels.stage(id))` enters one. */
export const channels = {
  chat: (chatId: string, lane: number) => `chat/${chatId}/${lane}`,
  stage: (stageId: string) => `stage/${stageId}`,
  desk: (stageId: string) => `desk/${stageId}`,
  booth: (boothId: string) => `booth/${boothId}`,
  room: (roomId: RoomId) => `room/${roomId}`,
  peer: (roomId: RoomId, peerId: string) => `peer/${roomId}/${peerId}`,
  managers: (eventId: string) => `managers/${eventId}`,
} as const;

/** The only way that notices leave for the sockets. */
export interface Notifier {
  /** To the sockets of a chat that are in this lane of it. */
  toChat<Name extends Named<"chat">>(
    chat: { chatId: string; lane: number },
    name: Name,
    data: NoticeData<Name>,
  ): void;
  /** To all that watch the stage (`stage:watch`). */
  toStage<Name extends Named<"stage">>(stageId: string, name: Name, data: NoticeData<Name>): void;
  /** To those who watch the stage without being counted: they make the programme, or are screens. */
  toDesk<Name extends Named<"stage">>(stageId: string, name: Name, data: NoticeData<Name>): void;
  /** To all that watch the booth (`booth:watch`). */
  toBooth<Name extends Named<"booth">>(boothId: string, name: Name, data: NoticeData<Name>): void;
  toRoom<Name extends Named<"room">>(
    roomId: RoomId,
    name: Name,
    data: NoticeData<Name>,
    options?: { exceptPeerId?: string },
  ): void;
  toPeer<Name extends Named<"room">>(
    roomId: RoomId,
    peerId: string,
    name: Name,
    data: NoticeData<Name>,
  ): void;
  /** To organisers that watch the event (`manage:watch`). */
  toManagers<Name extends Named<"media" | "stage" | "booth">>(
    eventId: string,
    name: Name,
    data: NoticeData<Name>,
  ): void;
}

/** Puts a notice on the wire to all sockets of a channel, without those that are in `except` too. */
export type SendNotice = (channel: string, name: NoticeName, data: unknown, except?: string) => void;

export function createNotifier(send: SendNotice): Notifier {
  return {
    toChat: ({ chatId, lane }, name, data) => send(channels.chat(chatId, lane), name, data),
    toStage: (stageId, name, data) => send(channels.stage(stageId), name, data),
    toDesk: (stageId, name, data) => send(channels.desk(stageId), name, data),
    toBooth: (boothId, name, data) => send(channels.booth(boothId), name, data),
    toRoom: (roomId, name, data, { exceptPeerId } = {}) =>
      send(
        channels.room(roomId),
        name,
        data,
        exceptPeerId === undefined ? undefined : channels.peer(roomId, exceptPeerId),
      ),
    toPeer: (roomId, peerId, name, data) => send(channels.peer(roomId, peerId), name, data),
    toManagers: (eventId, name, data) => send(channels.managers(eventId), name, data),
  };
}
