import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chooseScene,
  freshMemory,
  type Participant,
  RETURN_HOLD_MS,
  type SceneInput,
  type SceneMemory,
  SPEAKER_HOLD_MS,
} from "../../../../media/stage/choose-scene.ts";

const NOW = 1_000_000;
type Has = "camera" | "screen" | "microphone";

const someone = (
  peerId: string,
  has: Has[] = ["camera", "microphone"],
  changes: Partial<Participant> = {},
): Participant => {
  const picture = (kind: Has) =>
    has.includes(kind)
      ? { sourceId: `${peerId}-${kind}`, readySinceMs: NOW - 60_000, hasStalled: false }
      : null;
  return {
    peerId,
    label: peerId.toUpperCase(),
    camera: picture("camera"),
    screen: picture("screen"),
    microphone: has.includes("microphone") ? `${peerId}-microphone` : null,
    ...changes,
  };
};
const choose = (
  participants: Participant[],
  changes: Partial<SceneInput> = {},
  memory: SceneMemory = freshMemory,
) => chooseScene({ participants, activePeerId: null, videoSourceId: null, nowMs: NOW, ...changes }, memory);
const shown = (choice: ReturnType<typeof chooseScene>) =>
  choice.scene.pictures.map((picture) => picture.sourceId);

describe("faces", () => {
  it.each([
    [0, "slate"],
    [1, "full"],
    [2, "side-by-side"],
    [3, "interview"],
    [4, "interview"],
    [7, "interview"],
  ])("%i cameras are %s", (count, layout) => {
    const choice = choose(Array.from({ length: count }, (_, index) => someone(`p${index}`)));
    expect(choice.scene.layout).toBe(layout);
    expect(choice.scene.pictures).toHaveLength(Math.min(4, count));
    expect(choice.scene.audible).toHaveLength(count);
  });

  it("are labelled with names, in the order in which they came", () => {
    expect(choose([someone("a"), someone("b")]).scene.pictures).toEqual([
      { sourceId: "a-camera", label: "A" },
      { sourceId: "b-camera", label: "B" },
    ]);
  });

  it("who has no camera is heard under the slate", () => {
    const { scene } = choose([someone("a", ["microphone"])]);
    expect(scene).toEqual({ layout: "slate", pictures: [], audible: ["a-microphone"] });
  });
});

describe("slides", () => {
  it("go with who speaks", () => {
    const choice = choose([someone("a", ["camera", "screen", "microphone"]), someone("b")], {
      activePeerId: "b",
    });
    expect(choice.scene.layout).toBe("slides-with-speaker");
    expect(shown(choice)).toEqual(["a-screen", "b-camera"]);
  });

  it("go with their owner while nobody spoke", () => {
    const choice = choose([someone("b"), someone("a", ["camera", "screen"])]);
    expect(shown(choice)).toEqual(["a-screen", "a-camera"]);
  });

  it("stand alone when nobody has a camera", () => {
    expect(shown(choose([someone("a", ["screen", "microphone"])]))).toEqual(["a-screen"]);
  });

  it("stay while they are shared, whoever else begins to share", () => {
    const first = choose([someone("a", ["screen"])]);
    const newer = { sourceId: "b-screen", readySinceMs: NOW, hasStalled: false };
    const both = [someone("a", ["screen"]), someone("b", [], { screen: newer })];
    expect(shown(choose(both, {}, first.memory))).toEqual(["a-screen"]);
    expect(shown(choose(both))).toEqual(["b-screen"]);
  });
});

describe("who speaks", () => {
  const five = ["a", "b", "c", "d", "e"].map((peerId) => someone(peerId));

  it("takes the place of who has been quiet longest, where the others stay", () => {
    const start = choose(five, { activePeerId: "a" });
    const later = choose(five, { activePeerId: "e", nowMs: NOW + SPEAKER_HOLD_MS }, start.memory);
    expect(shown(later)).toEqual(["a-camera", "e-camera", "c-camera", "d-camera"]);
  });

  it("waits until the last change is old enough, and asks to be looked at then", () => {
    const start = choose(five);
    const early = choose(five, { activePeerId: "e", nowMs: NOW + 500 }, start.memory);
    expect(shown(early)).toEqual(shown(start));
    expect(early.recheckInMs).toBe(SPEAKER_HOLD_MS - 500);
  });

  it("beside slides does not change with every word", () => {
    const people = [someone("a", ["camera", "screen", "microphone"]), someone("b")];
    const start = choose(people, { activePeerId: "a" });
    const interjection = choose(people, { activePeerId: "b", nowMs: NOW + 1000 }, start.memory);
    expect(shown(interjection)).toEqual(["a-screen", "a-camera"]);
    const turn = choose(people, { activePeerId: "b", nowMs: NOW + SPEAKER_HOLD_MS }, interjection.memory);
    expect(shown(turn)).toEqual(["a-screen", "b-camera"]);
    const silence = choose(people, { nowMs: NOW + 60_000 }, turn.memory);
    expect(shown(silence)).toEqual(["a-screen", "b-camera"]);
  });
});

describe("a bad line", () => {
  const returned = (sinceMs: number) => ({
    sourceId: "b-camera",
    readySinceMs: NOW - sinceMs,
    hasStalled: true,
  });

  it("a lost camera leaves at once", () => {
    const start = choose([someone("a"), someone("b")]);
    expect(shown(choose([someone("a"), someone("b", [])], {}, start.memory))).toEqual(["a-camera"]);
  });

  it("one that comes back must prove itself", () => {
    const choice = choose([someone("a"), someone("b", [], { camera: returned(RETURN_HOLD_MS - 300) })]);
    expect(shown(choice)).toEqual(["a-camera"]);
    expect(choice.recheckInMs).toBe(300);
    const proved = choose([someone("a"), someone("b", [], { camera: returned(RETURN_HOLD_MS) })]);
    expect(shown(proved)).toEqual(["a-camera", "b-camera"]);
  });

  it("a new camera is shown at once", () => {
    const camera = { sourceId: "a-camera", readySinceMs: NOW, hasStalled: false };
    expect(shown(choose([someone("a", [], { camera })]))).toEqual(["a-camera"]);
  });
});

it("a video item covers everything: live sources are neither seen nor heard", () => {
  const { scene } = choose([someone("a", ["camera", "screen", "microphone"])], { videoSourceId: "video-1" });
  expect(scene).toEqual({
    layout: "video",
    pictures: [{ sourceId: "video-1", label: "" }],
    audible: ["video-1"],
  });
});

it("never shows what is not there, nor anything twice, and settles", () => {
  const picture = fc.option(
    fc.record({ readySinceMs: fc.integer({ min: NOW - 5000, max: NOW }), hasStalled: fc.boolean() }),
  );
  const people = fc.uniqueArray(
    fc.record({
      peerId: fc.constantFrom(..."abcdefgh"),
      camera: picture,
      screen: picture,
      isHeard: fc.boolean(),
    }),
    { selector: ({ peerId }) => peerId },
  );
  const step = fc.record({
    people,
    activePeerId: fc.option(fc.constantFrom(..."abcdefgh")),
    afterMs: fc.nat(4000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      let memory = freshMemory;
      let nowMs = NOW;
      for (const { people, activePeerId, afterMs } of steps) {
        nowMs += afterMs;
        const participants = people.map(({ peerId, camera, screen, isHeard }) => ({
          peerId,
          label: peerId,
          camera: camera && { ...camera, sourceId: `${peerId}-camera` },
          screen: screen && { ...screen, sourceId: `${peerId}-screen` },
          microphone: isHeard ? `${peerId}-microphone` : null,
        }));
        const input = { participants, activePeerId, videoSourceId: null, nowMs };
        const choice = chooseScene(input, memory);
        const ids = shown(choice);
        const there = participants.flatMap(({ camera, screen }) => [camera?.sourceId, screen?.sourceId]);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.every((id) => there.includes(id))).toBe(true);
        expect(choice.scene.layout === "slate").toBe(ids.length === 0);
        if (choice.recheckInMs !== null) expect(choice.recheckInMs).toBeGreaterThan(0);
        expect(chooseScene(input, choice.memory).scene).toEqual(choice.scene);
        memory = choice.memory;
      }
    }),
  );
});
