import { z } from "zod";
import { chatNotices, chatRequests } from "./chat.ts";
import type { ErrorBody } from "./errors.ts";
import { boothNotices, boothRequests, manageRequests, mediaNotices } from "./events.ts";
import { roomNotices, roomRequests } from "./rooms.ts";
import { stageNotices, stageRequests } from "./stages.ts";

/** Grows with every change that an open page could not understand; a mismatch tells the page to reload. */
export const CONTRACT_VERSION = 1;
/** The client sends `{ contractVersion }` as socket.io `auth`; a refusal carries this code. */
export const CONTRACT_MISMATCH = "contract_mismatch";

/** Everything a client may ask over the socket. A request is acknowledged exactly once. */
export const requests = {
  ...chatRequests,
  ...roomRequests,
  ...stageRequests,
  ...boothRequests,
  ...manageRequests,
} as const;

const socketNotices = {
  /** The last word before the server closes this socket, which sent too much. */
  "socket:dropped": z.strictObject({ code: z.literal("too_many_requests") }),
} as const;

/** Everything the server tells without being asked. */
export const notices = {
  ...socketNotices,
  ...chatNotices,
  ...roomNotices,
  ...stageNotices,
  ...boothNotices,
  ...mediaNotices,
} as const;

export type Requests = typeof requests;
export type RequestName = keyof Requests;
export type RequestData<Name extends RequestName> = z.infer<Requests[Name]["data"]>;
export type RequestResult<Name extends RequestName> = z.infer<Requests[Name]["result"]>;
export type Notices = typeof notices;
export type NoticeName = keyof Notices;
export type NoticeData<Name extends NoticeName> = z.infer<Notices[Name]>;

export type Answer<Result> = { ok: true; data: Result } | { ok: false; error: ErrorBody };

export type ClientToServer = {
  [Name in RequestName]: (
    data: RequestData<Name>,
    acknowledge: (answer: Answer<RequestResult<Name>>) => void,
  ) => void;
};
export type ServerToClient = { [Name in NoticeName]: (data: NoticeData<Name>) => void };

/** Largest frame a client may send. */
export const MAX_SOCKET_FRAME_BYTES = 64 * 1024;
