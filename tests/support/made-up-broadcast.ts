import { join } from "node:path";
import type { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { SegmentStore } from "../../media/hls/segment-store.ts";
import { type Fair, text } from "./factories.ts";
import { madeUpParts, madeUpRun } from "./made-up-programme.ts";
import type { TestServer } from "./start-test-server.ts";

interface Place {
  server: TestServer;
  media: FakeMediaPlane;
  fair: Fair;
  startMs: number;
  /** Of two seconds each. */
  segments: number;
}

/** A broadcast that is on air at the fair's stage, with whole segments in the store. Returns its id. */
export async function madeUpBroadcast({ server, media, fair, startMs, segments }: Place): Promise<string> {
  const stageId = fair.stage.id;
  const { id: broadcastId } = await server.db.broadcast.create({
    data: { stageId, startedAt: new Date(startMs) },
  });
  server.ctx.domain.tell("broadcastStarted", { eventId: fair.event.id, stageId, broadcastId });
  const store = await SegmentStore.open({
    folder: join(server.config.dataDir, "segments", broadcastId),
    onNotice: (notice, bytes) =>
      media.emit("store:written", { stageId, broadcastId, notice }, bytes ?? undefined),
    onFailure: () => {},
  });
  const { notice, inits } = madeUpRun("r1", startMs);
  store.runStarted(notice, inits);
  for (const part of madeUpParts("r1", { firstMsn: 0, count: segments, startedAtMs: startMs }))
    store.writePart(part.notice, part.bytes, part.isLastOfSegment);
  store.thumbnail("r1", startMs + 1_000, Buffer.from("jpeg"));
  await store.close();
  return broadcastId;
}

/** Ends it, with a recording of the whole. Returns the recording's id. */
export async function madeUpRecording(
  { server, fair, startMs, segments }: Place,
  broadcastId: string,
): Promise<string> {
  const durationSeconds = segments * 2;
  const startedAt = new Date(startMs);
  const endedAt = new Date(startMs + durationSeconds * 1_000);
  await server.db.broadcast.update({ where: { id: broadcastId }, data: { endedAt } });
  const { id } = await server.db.recording.create({
    data: { broadcastId, title: text("Uni"), startedAt, endedAt, durationSeconds },
  });
  const place = { eventId: fair.event.id, stageId: fair.stage.id };
  server.ctx.domain.tell("broadcastEnded", { ...place, broadcastId });
  server.ctx.domain.tell("recordingChanged", { ...place, recordingId: id });
  return id;
}
