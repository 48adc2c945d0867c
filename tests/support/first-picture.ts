import type { Page } from "playwright-core";

/** What a page did from its opening to its first picture; times in ms from the navigation's start. */
export interface FirstPicture {
  atMs: number;
  isByWebrtc: boolean;
  /** The page's own marks (`performance.mark("torilla:…")`). */
  marks: Record<string, number>;
  /** Scripts that it had fetched by then: name and bytes as they came over the wire and unpacked. */
  scripts: { name: string; wireBytes: number; bytes: number; atMs: number }[];
}

/** Before the page is opened: looks at every video element from its first moment. */
export async function watchFirstPicture(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = new WeakSet<HTMLVideoElement>();
    const found = window as unknown as { firstPicture?: { atMs: number; isByWebrtc: boolean } };
    new MutationObserver(() => {
      for (const video of document.querySelectorAll("video")) {
        if (seen.has(video)) continue;
        seen.add(video);
        video.requestVideoFrameCallback((now) => {
          found.firstPicture ??= { atMs: now, isByWebrtc: video.srcObject !== null };
        });
      }
    }).observe(document, { childList: true, subtree: true });
  });
}

/** Resolves once there is a picture. */
export async function readFirstPicture(page: Page, timeoutMs = 30_000): Promise<FirstPicture> {
  await page.waitForFunction(() => "firstPicture" in window, null, { timeout: timeoutMs, polling: 20 });
  return page.evaluate(() => {
    const { firstPicture } = window as unknown as { firstPicture: { atMs: number; isByWebrtc: boolean } };
    const resources = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    return {
      ...firstPicture,
      marks: Object.fromEntries(
        performance
          .getEntriesByType("mark")
          .filter((one) => one.name.startsWith("torilla:"))
          .map((one) => [one.name.slice(8), Math.round(one.startTime)]),
      ),
      scripts: resources
        .filter((one) => new URL(one.name).pathname.endsWith(".js") && one.responseEnd <= firstPicture.atMs)
        .map((one) => ({
          name: new URL(one.name).pathname.split("/").at(-1)!,
          wireBytes: one.encodedBodySize,
          bytes: one.decodedBodySize,
          atMs: Math.round(one.responseEnd),
        })),
    };
  });
}
