/*
 * What this server knows of one stage: its rows, and what only the media node can tell (scene, recording). Answers
 * pages without a statement, and announces each change once, in order. All that changes it runs in its queue.
 */

import { Language } from "../../contract/ids.ts";
import type { SlateCard } from "../../contract/media.ts";
import type { SceneName, StageState as StageStateView } from "../../contract/stages.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError, toAppError } from "../../platform/errors.ts";
import { presentPresentation, presentRecording, presentText } from "../../platform/present.ts";
import { nowAndNext } from "./now-and-next.ts";
import { itemKey, type Schedule, videoEndOf } from "./schedule-entry.ts";
import { slateCard } from "./slate-card.ts";
import type { StageState } from "./stage-state.ts";
import { presentStageState } from "./stages.present.ts";
import { findStageRow, listPublishedRecordings, nextSeq, type StageRow } from "./stages.store.ts";
import type { ToldParts } from "./told-parts.ts";

type RecordingRows = Awaited<ReturnType<typeof listPublishedRecordings>>;

export class StageDesk {
  readonly ctx: ServerContext;
  readonly stageId: string;
  readonly told: ToldParts;
  row: StageRow;
  recordings: RecordingRows;
  scene: SceneName = "slate";
  /** Since when the programme shows only the slate; `null`: something else. */
  slateSince: Date | null;
  /** Whose pictures stopped coming without their doing, while the slate shows. */
  lostNames: readonly string[] = [];
  isRecordingFailing = false;
  /** What makes the programme dies again and again. */
  isProgrammeFailing = false;
  /** What the media node was last told. `null`: not told since it was (re)connected. */
  toldSlate: SlateCard | null = null;
  /** Key of the item, or `none`. */
  toldVideo: string | null = null;
  /** False from the (re)connection of the media node until it has been told all of the above. */
  isInStep = false;
  /** The rows changed since they were read. */
  isStale = false;
  /** Keys of items that ended by themselves, cannot be played, or were ended by the host. */
  readonly overItems = new Set<string>();
  /** Key of the item that the schedule has put on the programme; kept over the node's restarts. */
  givenItem: string | null = null;
  /** Closes the stage on the node some time after its end. */
  leaveTimer: NodeJS.Timeout | undefined;
  /** Key of the video that was on the programme last. */
  #shownVideo: string | null = null;
  #announced: StageStateView;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(
    ctx: ServerContext,
    { row, recordings, told }: { row: StageRow; recordings: RecordingRows; told: ToldParts },
  ) {
    this.ctx = ctx;
    this.told = told;
    this.stageId = row.id;
    this.row = row;
    this.recordings = recordings;
    this.slateSince = ctx.now();
    this.#announced = this.#view(row.seq);
  }

  /** @throws not_found */
  static async create(ctx: ServerContext, stageId: string, told: ToldParts): Promise<StageDesk> {
    const row = await findStageRow(ctx.db, stageId);
    if (!row) throw AppError.notFound("stage");
    const recordings = await listPublishedRecordings(ctx.db, stageId);
    return new StageDesk(ctx, { row, recordings, told });
  }

  /** One thing at a time, in the order asked. A failure is the asker's. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }

  get eventId(): string {
    return this.row.eventId;
  }
  get isOpen(): boolean {
    return this.row.phase === "rehearsal" || this.row.phase === "live";
  }
  get broadcastId(): string | null {
    return this.row.phase === "live" ? (this.row.broadcasts[0]?.id ?? null) : null;
  }

  get state(): StageState {
    const { phase, phaseSince } = this.row;
    if (phase === "live") return { phase, liveSince: phaseSince, broadcastId: this.broadcastId ?? "" };
    if (phase === "rehearsal") return { phase, openedAt: phaseSince };
    return phase === "ended" ? { phase, endedAt: phaseSince } : { phase };
  }

  /** What people were last told. */
  get announced(): StageStateView {
    return this.#announced;
  }

  get schedule(): Schedule {
    return this.row.presentations.map((presentation) => ({
      id: presentation.id,
      kind: presentation.kind,
      title: presentText(presentation.title),
      startsAt: presentation.startsAt,
      lengthSeconds: presentation.lengthSeconds,
      video: presentation.media[0]
        ? {
            mediaId: presentation.media[0].id,
            durationSeconds: presentation.media[0].durationSeconds ?? presentation.lengthSeconds,
          }
        : null,
    }));
  }

  slate(): SlateCard {
    const { event, phase } = this.row;
    return slateCard({
      phase,
      schedule: this.schedule,
      // Behind a video that is on lies the slate that follows it: it is seen the moment the video ends.
      overItems: this.#shownVideo ? new Set([...this.overItems, this.#shownVideo]) : this.overItems,
      lostNames: this.lostNames,
      isFailing: this.isProgrammeFailing,
      instant: this.ctx.now(),
      eventName: presentText(event.name),
      language: Language.catch("fi").parse(event.language),
      timeZone: event.timeZone,
    });
  }

  /** Reads the rows anew if they changed. @throws not_found when the stage is gone, database_unavailable */
  async freshen(): Promise<void> {
    if (!this.isStale) return;
    const row = await findStageRow(this.ctx.db, this.stageId);
    if (!row) throw AppError.notFound("stage");
    const recordings = await listPublishedRecordings(this.ctx.db, this.stageId);
    const before = { schedule: presentSchedule(this.row), recordings: this.recordings.map(presentRecording) };
    const { row: formerRow, broadcastId: formerBroadcastId } = this;
    this.row = row;
    this.recordings = recordings;
    this.isStale = false;
    const after = { schedule: presentSchedule(row), recordings: recordings.map(presentRecording) };
    if (!isSame(before.schedule, after.schedule))
      this.ctx.notify.toStage(this.stageId, "stage:scheduleChanged", {
        stageId: this.stageId,
        schedule: after.schedule,
      });
    if (!isSame(before.recordings, after.recordings))
      this.ctx.notify.toStage(this.stageId, "stage:recordingsChanged", {
        stageId: this.stageId,
        recordings: after.recordings,
      });
    this.#tellPhase(formerRow, formerBroadcastId);
  }

  /** The rows hold a change of phase that was not known to be done, or that another server did. */
  #tellPhase(former: StageRow, formerBroadcastId: string | null): void {
    const { ctx, stageId, eventId, broadcastId, row } = this;
    if (former.phase === row.phase && formerBroadcastId === broadcastId) return;
    ctx.log.info(`[stage:${stageId}] is ${row.phase}, as the database says`);
    ctx.domain.tell("stageChanged", { eventId, stageId, phase: row.phase });
    if (formerBroadcastId === broadcastId) return;
    if (formerBroadcastId !== null)
      ctx.domain.tell("broadcastEnded", { eventId, stageId, broadcastId: formerBroadcastId });
    if (broadcastId !== null) ctx.domain.tell("broadcastStarted", { eventId, stageId, broadcastId });
  }

  setScene(scene: SceneName, lostNames: readonly string[] = []): void {
    this.lostNames = lostNames;
    if (scene === "slate") this.slateSince ??= this.ctx.now();
    else this.slateSince = null;
    if (scene === "video") this.#shownVideo = this.toldVideo;
    this.scene = scene;
  }

  /** What was given before and ran out by the clock is over, also for a clock that is set back. */
  give(key: string | null): void {
    const before = this.givenItem;
    this.givenItem = key;
    if (before === null || before === key) return;
    const entry = this.schedule.find(({ video, startsAt }) => video && itemKey(video, startsAt) === before);
    const endsAt = entry ? videoEndOf(this.schedule, entry) : null;
    if (endsAt !== null && endsAt <= this.ctx.now()) this.overItems.add(before);
  }

  /** After a committed change of phase, whose `seq` it was. */
  announcePhase(seq: number): void {
    this.row.seq = seq;
    const { stageId, eventId } = this;
    this.#announce(this.#view(seq));
    this.ctx.domain.tell("stageChanged", { eventId, stageId, phase: this.row.phase });
  }

  /** Tells the watchers when what they see is another than they were told; else does nothing at all. */
  async announceChanges(): Promise<void> {
    if (isSame(this.#view(0), { ...this.#announced, seq: 0 })) return;
    const announcedSeq = this.#announced.seq;
    const seq = await nextSeq(this.ctx.db, this.stageId, announcedSeq).catch((thrown: unknown) => {
      // What is on the programme is told even while the database is away; its counter catches up later.
      if (toAppError(thrown).code !== "database_unavailable") throw thrown;
      return announcedSeq + 1;
    });
    this.row.seq = seq;
    this.#announce(this.#view(seq));
  }

  #announce(state: StageStateView): void {
    this.#announced = state;
    this.ctx.notify.toStage(this.stageId, "stage:changed", { state });
  }

  #view(seq: number): StageStateView {
    const { now, next } = nowAndNext(this.schedule, this.ctx.now());
    return presentStageState({
      stageId: this.stageId,
      seq,
      state: this.state,
      scene: this.isOpen ? this.scene : "slate",
      now,
      next,
      isRecordingFailing: this.isRecordingFailing,
      isProgrammeFailing: this.isProgrammeFailing,
    });
  }
}

function presentSchedule(row: StageRow) {
  return row.presentations.map(presentPresentation);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
