/*
 * The wire's types, and nothing of it at run time: zod and its tables stay out of the page.
 */
export type * from "../../../server/contract/chat.ts";
export type { ErrorBody, ErrorCode } from "../../../server/contract/errors.ts";
export type * from "../../../server/contract/events.ts";
export type { HttpDoorName, HttpDoors } from "../../../server/contract/http.ts";
export type { Language, LocalText } from "../../../server/contract/ids.ts";
export type {
  Answer,
  CONTRACT_VERSION,
  NoticeData,
  NoticeName,
  RequestData,
  RequestName,
  RequestResult,
} from "../../../server/contract/realtime.ts";
export type * from "../../../server/contract/rooms.ts";
export type { MediaKind, ProducerSource } from "../../../server/contract/rtp.ts";
export type * from "../../../server/contract/stages.ts";
