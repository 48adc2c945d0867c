import { expect, test } from "vitest";
import { containerOfBytes } from "../../../../media/convert/container-of.ts";
import { turnFilter } from "../../../../media/convert/turn-filter.ts";

test("knows videos by their bytes, whatever their name", () => {
  const ts = Buffer.alloc(188 * 5);
  for (let packet = 0; packet < 5; packet += 1) ts[packet * 188] = 0x47;
  expect(containerOfBytes(Buffer.from("\0\0\0\x20ftypisom", "latin1"))).toBe("mov");
  expect(containerOfBytes(Buffer.from("\0\0\0\x08wide", "latin1"))).toBe("mov");
  expect(containerOfBytes(Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0]))).toBe("matroska");
  expect(containerOfBytes(ts)).toBe("mpegts");
});

test.each([
  "",
  "#EXTM3U\n",
  "<svg xmlns='http://www.w3.org/2000/svg'/>",
  "ffconcat version 1.0",
  "GIF89a",
  "GG",
  "v=0\r\no=- 0 0 IN IP4 127.0.0.1",
])("knows %j for none", (bytes) => {
  expect(containerOfBytes(Buffer.from(bytes))).toBeNull();
});

test("turns a telephone's picture upright", () => {
  const matrix = (a: number, b: number, c: number, d: number) => {
    const bytes = Buffer.alloc(36);
    [a, b, 0, c, d, 0, 0, 0].forEach((value, index) => {
      bytes.writeInt32LE(value * 65_536, index * 4);
    });
    return bytes;
  };
  expect(turnFilter(null)).toBe("");
  expect(turnFilter(matrix(1, 0, 0, 1))).toBe("");
  expect(turnFilter(matrix(0, 1, -1, 0))).toBe("transpose=clock");
  expect(turnFilter(matrix(-1, 0, 0, -1))).toBe("hflip,vflip");
  expect(turnFilter(matrix(0, -1, 1, 0))).toBe("transpose=cclock");
});
