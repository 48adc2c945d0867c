/* What those backstage and those who watch see of a stage, over a lost connection. */
import { expect, test, vi } from "vitest";
import { type Query, queries } from "../../../../client/src/api/query.ts";
import { watchStage } from "../../../../client/src/features/stages/use-stage.ts";

type View = Parameters<typeof watchStage>[0] extends Query<infer Data> ? Data : never;
const { socket } = vi.hoisted(() => ({
  socket: {
    connect: () => {},
    asked: [] as [string, object][],
    answer: {},
    tell: new Map<string, (data: object) => void>(),
  },
}));
vi.mock("../../../../client/src/api/socket.ts", () => ({
  realtime: {
    on(name: string, listener: (data: object) => void) {
      socket.tell.set(name, listener);
      return () => {};
    },
    onConnected(handler: () => void) {
      socket.connect = handler;
      handler();
      return () => {};
    },
    request: async (name: string, data: object) => {
      socket.asked.push([name, data]);
      return socket.answer;
    },
  },
}));

test("a schedule that changed while the connection was away is there after it, backstage too", async () => {
  let schedule = [{ id: "before" }];
  const state = { stageId: "s", seq: 1, phase: "live" };
  socket.answer = { state, viewerCount: 7 };
  const query = {
    key: ["stage", "watched"],
    read: async () => ({ id: "s", state, viewerCount: 0, schedule }) as unknown as View,
  };
  await queries.prepare(query);
  const stop = watchStage(query, { stageId: "s", isCounted: false });
  await vi.waitFor(() => expect(queries.find(query)?.viewerCount).toBe(7));
  schedule = [{ id: "after" }];
  socket.connect();
  await vi.waitFor(() => expect(queries.find(query)?.schedule[0]?.id).toBe("after"));
  stop();
  expect(socket.asked.splice(0)).toEqual([
    ["stage:watch", { stageId: "s", isCounted: false }],
    ["stage:watch", { stageId: "s", isCounted: false }],
    ["stage:unwatch", { stageId: "s" }],
  ]);
});

test("an answer that is older than what was told while it was on its way does not take the stage back", async () => {
  const closed = { stageId: "s", seq: 1, phase: "closed" };
  const rehearsal = { stageId: "s", seq: 2, phase: "rehearsal" };
  socket.answer = { state: closed, viewerCount: 7 };
  const query = {
    key: ["stage", "driven"],
    read: async () => ({ id: "s", state: closed, viewerCount: 0, schedule: [] }) as unknown as View,
  };
  await queries.prepare(query);
  const stop = watchStage(query, { stageId: "s", isCounted: false });
  socket.tell.get("stage:changed")!({ state: rehearsal });
  await vi.waitFor(() => expect(queries.find(query)?.viewerCount).toBe(7));
  expect(queries.find(query)?.state).toEqual(rehearsal);
  stop();
});
