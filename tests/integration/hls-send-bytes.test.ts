import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptsGzip, contentTypeOf, sendBytes } from "../../server/platform/hls/send-bytes.ts";

let http: Server;
let url: string;

beforeAll(async () => {
  const bytes = {
    body: Buffer.from("0123456789"),
    contentType: "video/mp4",
    cacheControl: "no-cache",
    etag: '"a.m4s"',
  };
  http = createServer((request, response) => sendBytes(request, response, bytes));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
});
afterAll(() => new Promise((resolve) => http.close(resolve)));

describe("a range", () => {
  it.each([
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=4-", 206, "456789", "bytes 4-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-30", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=8-99", 206, "89", "bytes 8-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=5-2", 200, "0123456789", null],
    ["bytes=0-1,4-5", 200, "0123456789", null],
    ["bytes=-", 200, "0123456789", null],
    ["bytes=a-b", 200, "0123456789", null],
    ["seconds=1-2", 200, "0123456789", null],
  ])("%s is answered %i", async (range, status, body, contentRange) => {
    const response = await fetch(url, { headers: { range } });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body);
    expect(response.headers.get("content-range")).toBe(contentRange);
  });

  it("counts only for the same file", async () => {
    const other = await fetch(url, { headers: { range: "bytes=0-1", "if-range": '"b.m4s"' } });
    expect(other.status).toBe(200);
    const same = await fetch(url, { headers: { range: "bytes=0-1", "if-range": '"a.m4s"' } });
    expect(same.status).toBe(206);
  });
});

it("answers 304 to whoever has it", async () => {
  const response = await fetch(url, { headers: { "if-none-match": 'W/"x", "a.m4s"' } });
  expect(response.status).toBe(304);
  expect(await response.text()).toBe("");
});

it("answers HEAD with the length and without the body", async () => {
  const response = await fetch(url, { method: "HEAD" });
  expect(response.headers.get("content-length")).toBe("10");
  expect(await response.text()).toBe("");
});

it.each([
  ["gzip, deflate, br", true],
  ["br;q=1.0, gzip;q=0.8", true],
  ["GZIP", true],
  ["gzip;q=0", false],
  ["gzip; q=0.000, br", false],
  ["x-gzippy", false],
  ["identity", false],
])("Accept-Encoding %s: %s", (header, isAccepted) => {
  expect(acceptsGzip({ headers: { "accept-encoding": header } } as never)).toBe(isAccepted);
});

it.each([
  ["r1-v720-3.m4s", "video/mp4"],
  ["r1-aud-3.m4s", "audio/mp4"],
  ["r1-aud-init.mp4", "audio/mp4"],
  ["main.m3u8", "application/vnd.apple.mpegurl"],
  ["poster.jpg", "image/jpeg"],
  ["thumbnails.vtt", "text/vtt; charset=utf-8"],
  ["a.exe", "application/octet-stream"],
])("%s is %s", (file, type) => {
  expect(contentTypeOf(file)).toBe(type);
});
