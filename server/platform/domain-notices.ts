import type { Logger } from "pino";
import type { StagePhase } from "../contract/stages.ts";

/** How features meet in one process: what has happened, said after the commit. */
export interface DomainNoticeTable {
  /** Name, texts or the list of stages or booths. */
  eventChanged: { eventId: string };
  /** A stage's phase (after the commit) or what else its summary shows. */
  stageChanged: { eventId: string; stageId: string; phase: StagePhase };
  /** Added, changed, moved or deleted. */
  presentationChanged: { eventId: string; stageId: string; presentationId: string };
  /** Its uploaded video: state or progress. */
  mediaChanged: { eventId: string; stageId: string; presentationId: string; mediaId: string };
  broadcastStarted: { eventId: string; stageId: string; broadcastId: string };
  /** The last segment is on disk. */
  broadcastEnded: { eventId: string; stageId: string; broadcastId: string };
  /** A recording appeared, was published or unpublished. */
  recordingChanged: { eventId: string; stageId: string; recordingId: string };
  boothChanged: { eventId: string; boothId: string };
  /** The first of the booth's staff came to the table, or the last left. */
  boothStaffed: { eventId: string; boothId: string; isStaffed: boolean };
  /** A join link was revoked; sessions lose what it gave. */
  linkRevoked: { tokenHash: Uint8Array };
  /** A session got or lost grants. `sessionId` as in Actor. */
  sessionChanged: { sessionId: string };
}
export type DomainNoticeName = keyof DomainNoticeTable;

export interface DomainNotices {
  /** Listeners run at once, in order; what one throws is logged and does not reach the others or the caller. */
  tell<Name extends DomainNoticeName>(name: Name, data: DomainNoticeTable[Name]): void;
  /** Returns the unsubscribe. */
  on<Name extends DomainNoticeName>(
    name: Name,
    listener: (data: DomainNoticeTable[Name]) => void | Promise<void>,
  ): () => void;
}

export function createDomainNotices(log: Logger): DomainNotices {
  const listeners = new Map<DomainNoticeName, Set<(data: never) => void | Promise<void>>>();
  const report = (name: string) => (err: unknown) =>
    log.error({ err }, `domain notice ${name}: a listener failed`);
  return {
    tell(name, data) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          Promise.resolve(listener(data as never)).catch(report(name));
        } catch (err) {
          report(name)(err);
        }
      }
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => void set.delete(listener);
    },
  };
}
