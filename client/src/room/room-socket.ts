import type {
  NoticeData,
  NoticeName,
  RequestData,
  RequestName,
  RequestResult,
} from "../../../server/contract/realtime.ts";

/** What a room needs of the page's socket; `api/socket.ts` is one. */
export interface RoomSocket {
  /** @throws an error with a contract `code`. */
  request<Name extends RequestName>(name: Name, data: RequestData<Name>): Promise<RequestResult<Name>>;
  on<Name extends NoticeName>(name: Name, listener: (data: NoticeData<Name>) => void): () => void;
  /** Calls at once with the present state, then on each change. */
  onConnection(listener: (isConnected: boolean) => void): () => void;
}
