/*
 * WebAssembly of one function, `halve`, put together here because nothing else in this house speaks it. Each byte of
 * the target is the rounded mean of two by two of the source, 16 at a time with 128-bit instructions:
 *
 *   halve(source, sourceStride, target, targetStride, widthPx, heightPx)
 *
 * All are 32-bit, places count from the start of the memory, width and height are the target's (at least 1). A row is
 * written in whole 16s and read in whole 32s, so what follows a narrower row is written over.
 */

const I32 = 0x7f;
const V128 = 0xfd;
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
/** 0 to 63. */
const number = (value: number) => [0x41, value];
const ADD = 0x6a;
const SHIFT_LEFT = 0x74;
const LESS = 0x48;
const load = (offset: number) => [V128, 0x00, 0, offset];
const STORE = [V128, 0x0b, 0, 0];
const PAIRS_TO_I16 = [V128, 0x7d];
const ADD_I16 = [V128, 0x8e, 0x01];
const SHIFT_RIGHT_I16 = [V128, 0x8d, 0x01];
const NARROW = [V128, 0x66];
const TWO_I16 = [V128, 0x0c, ...Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? 2 : 0))];
const loop = (...body: number[]) => [0x03, 0x40, ...body, 0x0b];
const REPEAT_IF = [0x0d, 0];

const [SOURCE, SOURCE_STRIDE, TARGET, TARGET_STRIDE, WIDTH, HEIGHT, X, UPPER, LOWER] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;

/** Eight means: two rows of sixteen, `offset` bytes on. */
const means = (offset: number) => [
  ...[...get(UPPER), ...load(offset), ...PAIRS_TO_I16],
  ...[...get(LOWER), ...load(offset), ...PAIRS_TO_I16],
  ...[...ADD_I16, ...TWO_I16, ...ADD_I16, ...number(2), ...SHIFT_RIGHT_I16],
];

const step = (local: number, by: number[]) => [...get(local), ...by, ADD, ...set(local)];

const code = loop(
  ...[...number(0), ...set(X)],
  ...loop(
    ...[...get(SOURCE), ...get(X), ...number(1), SHIFT_LEFT, ADD, ...tee(UPPER)],
    ...[...get(SOURCE_STRIDE), ADD, ...set(LOWER)],
    ...[...get(TARGET), ...get(X), ADD, ...means(0), ...means(16), ...NARROW, ...STORE],
    ...step(X, number(16)),
    ...[...get(X), ...get(WIDTH), LESS, ...REPEAT_IF],
  ),
  ...step(SOURCE, [...get(SOURCE_STRIDE), ...number(1), SHIFT_LEFT]),
  ...step(TARGET, get(TARGET_STRIDE)),
  // -1 as a signed LEB128.
  ...[...get(HEIGHT), ...[0x41, 0x7f], ADD, ...tee(HEIGHT), ...REPEAT_IF],
);

/** A length as LEB128, then the bytes. */
function sized(bytes: number[]): number[] {
  const length = bytes.length;
  return length < 128 ? [length, ...bytes] : [(length & 0x7f) | 0x80, length >> 7, ...bytes];
}

const section = (id: number, bytes: number[]) => [id, ...sized(bytes)];
const name = (text: string) => sized([...Buffer.from(text, "latin1")]);

/** The module: imports `m.memory`, exports `halve`. */
export const HALVE_CODE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, ...sized([I32, I32, I32, I32, I32, I32]), 0]),
  ...section(2, [1, ...name("m"), ...name("memory"), 0x02, 0, 1]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...name("halve"), 0, 0]),
  ...section(10, [1, ...sized([1, 3, I32, ...code, 0x0b])]),
]);
