import { expect, test } from "vitest";
import { findThumbnail, parseThumbnails } from "../../../../client/src/player/thumbnails.ts";

const vtt = `WEBVTT

00:00.000 --> 00:10.000
thumb-1.jpg

2
00:00:10.000 --> 01:00:20.500 align:start
/media/x/thumb-2.jpg

nonsense --> more
thumb-3.jpg
`;

test("reads cues and leaves out what it does not understand", () => {
  expect(parseThumbnails(vtt, "http://x.example.org/media/replay/r/thumbs.vtt")).toEqual([
    { startSeconds: 0, endSeconds: 10, url: "http://x.example.org/media/replay/r/thumb-1.jpg" },
    { startSeconds: 10, endSeconds: 3620.5, url: "http://x.example.org/media/x/thumb-2.jpg" },
  ]);
});

test("finds the picture of a second, and none outside", () => {
  const thumbnails = parseThumbnails(vtt, "http://x.example.org/");
  expect(findThumbnail(thumbnails, 9.9)?.url).toContain("thumb-1");
  expect(findThumbnail(thumbnails, 10)?.url).toContain("thumb-2");
  expect(findThumbnail(thumbnails, 4000)).toBeNull();
});
