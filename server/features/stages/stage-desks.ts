/*
 * All desks of this server and what drives them: the media node's notices, the schedule's clock, changes of rows, and
 * the host. A desk is made when it is first asked for. Owned and closed by the feature.
 */
import type { ServerContext } from "../../platform/context.ts";
import { AppError, toAppError } from "../../platform/errors.ts";
import { closeStage } from "./close-stage.ts";
import { endStage } from "./end-stage.ts";
import { followSchedule, planOf } from "./follow-schedule.ts";
import { goLive } from "./go-live.ts";
import { closeOnNode } from "./media-calls.ts";
import { openRehearsal } from "./open-rehearsal.ts";
import { ProgrammeClock } from "./programme-clock.ts";
import { itemKey } from "./schedule-entry.ts";
import { StageDesk } from "./stage-desk.ts";
import { findStageId, listStageIdsOfInterest } from "./stages.store.ts";
import { ToldParts } from "./told-parts.ts";

/** After the end the backstage stays, so that people can say goodbye, and the audience sees the end slate. */
const LEAVE_AFTER_MS = 60_000;
/** How often stages are looked for that nobody asked for but whose schedule may begin. */
const LOOK_AROUND_MS = 10 * 60_000;
const RECENT_MS = 24 * 3_600_000;

export type HostAction = "openRehearsal" | "goLive" | "end" | "close";

export class StageDesks {
  readonly #ctx: ServerContext;
  readonly #desks = new Map<string, Promise<StageDesk>>();
  readonly #idsBySlug = new Map<string, string>();
  readonly #clock: ProgrammeClock;
  readonly #told: ToldParts;
  readonly #unsubscribes: (() => void)[];
  #lookAround: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(ctx: ServerContext) {
    this.#ctx = ctx;
    this.#told = new ToldParts(ctx.media);
    this.#clock = new ProgrammeClock({ now: ctx.now, log: ctx.log, follow: (id) => this.#follow(id) });
    const { domain, media } = ctx;
    const reload = ({ stageId }: { stageId: string }) => this.#reload(stageId);
    this.#unsubscribes = [
      domain.on("presentationChanged", reload),
      domain.on("recordingChanged", reload),
      domain.on("mediaChanged", reload),
      domain.on("eventChanged", ({ eventId }) => this.#reloadEvent(eventId)),
      media.onNotice(
        "stage:sceneChanged",
        ({ stageId, scene, lostNames }) =>
          void this.#with(stageId, async (desk) => desk.setScene(scene, lostNames)),
      ),
      media.onNotice(
        "stage:mixerChanged",
        ({ stageId, state }) =>
          void this.#with(stageId, async (desk) => {
            desk.isProgrammeFailing = state === "failing";
          }),
      ),
      media.onNotice(
        "stage:recordingChanged",
        ({ stageId, broadcastId, failure }) =>
          void this.#with(stageId, async (desk) => {
            if (desk.broadcastId === broadcastId) desk.isRecordingFailing = failure !== null;
          }),
      ),
      media.onNotice(
        "stage:videoEnded",
        ({ stageId, itemId }) =>
          void this.#with(stageId, async (desk) => {
            if (!desk.toldVideo?.startsWith(`${itemId}@`)) return;
            desk.overItems.add(desk.toldVideo);
            desk.toldVideo = "none";
          }),
      ),
      media.onConnection((isConnected) => void this.#handleConnection(isConnected)),
    ];
  }

  /** The schedule's clock follows each stage from its first use on. @throws not_found */
  async require(stageId: string): Promise<StageDesk> {
    const known = this.#desks.get(stageId);
    if (known) return known;
    const desk = StageDesk.create(this.#ctx, stageId, this.#told);
    this.#desks.set(stageId, desk);
    desk.then(
      ({ row }) => {
        this.#idsBySlug.set(`${row.event.slug}/${row.slug}`, stageId);
        void this.#clock.touch(stageId);
      },
      () => this.#desks.delete(stageId),
    );
    return desk;
  }

  /** @throws not_found */
  async requireBySlugs(slugs: { event: string; stage: string }): Promise<StageDesk> {
    const key = `${slugs.event}/${slugs.stage}`;
    const stageId = this.#idsBySlug.get(key) ?? (await findStageId(this.#ctx.db, slugs));
    if (!stageId) throw AppError.notFound("stage");
    return this.require(stageId);
  }

  /** What a host does. @throws wrong_phase, media_unavailable, database_unavailable */
  async drive(stageId: string, action: HostAction): Promise<StageDesk> {
    const desk = await this.require(stageId);
    try {
      await desk.inTurn(() => this.#act(desk, action));
    } catch (thrown) {
      // It may have been done all the same: the rows are read again.
      void this.#clock.touch(stageId);
      throw thrown;
    }
    await this.#clock.touch(stageId);
    return desk;
  }

  async start(): Promise<void> {
    await this.#lookForStages();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#lookAround);
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
    this.#told.close();
    await this.#clock.close();
    for (const desk of await Promise.allSettled(this.#desks.values()))
      if (desk.status === "fulfilled") clearTimeout(desk.value.leaveTimer);
  }

  async #act(desk: StageDesk, action: HostAction): Promise<void> {
    switch (action) {
      case "openRehearsal":
        return openRehearsal(desk, { isAutomatic: false });
      case "goLive":
        return goLive(desk, { isAutomatic: false });
      case "close":
        return closeStage(desk);
      case "end": {
        const { video } = planOf(desk);
        await endStage(desk);
        if (video) desk.overItems.add(itemKey(video, video.startedAt));
      }
    }
  }

  async #follow(stageId: string): Promise<Date | null> {
    try {
      const desk = await this.require(stageId);
      return await desk.inTurn(async () => {
        const dueAt = await followSchedule(desk);
        this.#leaveLater(desk);
        return dueAt;
      });
    } catch (thrown) {
      if (toAppError(thrown).code !== "not_found") throw thrown;
      // Its rows are gone: there is nothing to follow any more.
      this.#ctx.log.info(`[stage:${stageId}] is no more`);
      this.#desks.delete(stageId);
      return null;
    }
  }

  #leaveLater(desk: StageDesk): void {
    if (desk.row.phase !== "ended") {
      clearTimeout(desk.leaveTimer);
      desk.leaveTimer = undefined;
      return;
    }
    if (desk.toldSlate === null || this.#isClosed) return;
    desk.leaveTimer ??= setTimeout(() => {
      desk.leaveTimer = undefined;
      void desk.inTurn(async () => {
        if (!desk.isOpen) await closeOnNode(desk);
      });
    }, LEAVE_AFTER_MS);
  }

  /** Changes a desk in its turn, then brings everything else in line. Unknown stages are none of ours. */
  async #with(stageId: string, change: (desk: StageDesk) => Promise<void>): Promise<void> {
    try {
      const desk = await this.require(stageId);
      await desk.inTurn(() => change(desk));
      await this.#clock.touch(stageId);
    } catch (thrown) {
      this.#ctx.log.warn({ err: toAppError(thrown) }, `[stage:${stageId}] a change was not taken in`);
    }
  }

  #reload(stageId: string): Promise<void> {
    return this.#with(stageId, async (desk) => {
      desk.isStale = true;
    });
  }

  async #reloadEvent(eventId: string): Promise<void> {
    for (const desk of await Promise.allSettled(this.#desks.values()))
      if (desk.status === "fulfilled" && desk.value.eventId === eventId)
        await this.#reload(desk.value.stageId);
  }

  async #handleConnection(isConnected: boolean): Promise<void> {
    for (const desk of await Promise.allSettled(this.#desks.values()))
      if (desk.status === "fulfilled") desk.value.isInStep = false;
    if (!isConnected || this.#isClosed) return;
    await Promise.all([...this.#desks.keys()].map((stageId) => this.#clock.touch(stageId)));
    await this.#closeStrays();
  }

  /** What the node has open and nobody needs, for instance since the server died just before it closed it. */
  async #closeStrays(): Promise<void> {
    try {
      const { stages } = await this.#ctx.media.request("node:describe", {});
      for (const { stageId } of stages) {
        const desk = await this.require(stageId).catch(() => null);
        const close = () => this.#ctx.media.request("stage:close", { stageId });
        if (!desk) await close();
        else await desk.inTurn(async () => void (desk.isOpen || desk.leaveTimer || (await close())));
      }
    } catch (thrown) {
      this.#ctx.log.warn({ err: toAppError(thrown) }, "[stages] the media node could not be compared");
    }
  }

  async #lookForStages(): Promise<void> {
    clearTimeout(this.#lookAround);
    try {
      const endedAfter = new Date(this.#ctx.now().getTime() - RECENT_MS);
      for (const stageId of await listStageIdsOfInterest(this.#ctx.db, endedAfter))
        await this.require(stageId).catch(() => {});
    } catch (thrown) {
      this.#ctx.log.warn({ err: toAppError(thrown) }, "[stages] schedules could not be read");
    }
    if (!this.#isClosed) this.#lookAround = setTimeout(() => void this.#lookForStages(), LOOK_AROUND_MS);
  }
}
