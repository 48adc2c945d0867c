import { expect, test } from "vitest";
import { LayerSteering } from "../../../../client/src/room/layer-steering.ts";

function steering() {
  const chosen: number[] = [];
  const full: boolean[] = [];
  const steers = new LayerSteering((layer, isLineFull) => {
    chosen.push(layer);
    full.push(isLineFull);
  });
  let received = 0;
  let lost = 0;
  const read = (times: number, share: number) => {
    for (let turn = 0; turn < times; turn++) {
      received += 100;
      lost += share * 100;
      steers.read({ packetsReceived: received, packetsLost: lost });
    }
  };
  return { chosen, full, read, steers };
}

test("one lossy moment changes nothing", () => {
  const { chosen, read } = steering();
  read(1, 0.3);
  read(5, 0);
  expect(chosen).toEqual([]);
});

test("lasting loss brings the small picture, a clean line the large one again", () => {
  const { chosen, read, steers } = steering();
  read(2, 0.3);
  expect(chosen).toEqual([0]);
  expect(steers.layer).toBe(0);
  read(20, 0);
  expect(chosen).toEqual([0, 1]);
  expect(steers.layer).toBe(1);
});

test("a line is full from the first lossy second until the large picture is back", () => {
  const { full, read, steers } = steering();
  read(5, 0);
  expect(steers.isLineFull).toBe(false);
  read(1, 0.3);
  expect(steers.isLineFull).toBe(true);
  read(1, 0.3);
  expect(steers.isLineFull).toBe(true);
  read(20, 0);
  expect(steers.isLineFull).toBe(false);
  expect(full).toEqual([true, false]);
});

test("a line that does not hold is tried more seldom", () => {
  const { chosen, read } = steering();
  read(2, 0.3);
  read(20, 0);
  read(2, 0.3);
  read(20, 0);
  expect(chosen).toEqual([0, 1, 0]);
  read(20, 0);
  expect(chosen).toEqual([0, 1, 0, 1]);
});

test("a packet lost now and then on a thin stream is no lossy line", () => {
  const { chosen, steers } = steering();
  for (let turn = 1; turn <= 5; turn++) steers.read({ packetsReceived: turn * 20, packetsLost: turn * 2 });
  expect(chosen).toEqual([]);
});

test("half of the packets lost in one second is enough", () => {
  const { chosen, steers } = steering();
  steers.read({ packetsReceived: 100, packetsLost: 0 });
  steers.read({ packetsReceived: 150, packetsLost: 50 });
  expect(chosen).toEqual([0]);
});
