/*
 * Knows a slate by its words: draws the card as the mixer does and holds the programme's picture in a page against it.
 */
import type { Page } from "playwright-core";
import { drawSlate } from "../../../media/mixer/picture/slate.ts";
import { demoEvent } from "../../../prisma/seed/event-content.ts";
import { slateTexts } from "../../../server/features/stages/slate-texts.ts";
import { PROGRAMME } from "../../support/live-lecture.ts";

/** Compared is so much of each picture, where the card has its words; what comes next stands below. */
const [WIDTH, HEIGHT] = [240, 135];
const WORDS = { top: 0.3, bottom: 0.8 };
/** Of 255; and the share of points that may differ by more. Other words differ in more than five in a hundred. */
const FAR = 60;
const SAME_SHARE = 0.02;

/** @returns a function that says whether a page shows the card for these who lost their connection */
export async function createLostSlateLook(names: string): Promise<(page: Page) => Promise<boolean>> {
  const { language, name } = demoEvent;
  const texts = slateTexts[language];
  const card = {
    reason: "technical-fault",
    eventName: name[language],
    title: texts.lost(names),
    subtitle: texts.lostPatience,
    nextLine: "",
  } as const;
  const picture = await drawSlate(card, { widthPx: WIDTH, heightPx: HEIGHT });
  const [luma] = picture.planes;
  const expected = Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
    const limited = luma[Math.floor(at / WIDTH) * picture.strides[0]! + (at % WIDTH)]!;
    return ((limited - 16) * 255) / 219;
  });
  picture.frame.free();
  return async (page) => {
    const seen = await readLuma(page);
    return shareThatDiffers(seen, expected) < SAME_SHARE;
  };
}

function shareThatDiffers(seen: number[], expected: number[]): number {
  const [from, to] = [Math.floor(WORDS.top * HEIGHT) * WIDTH, Math.floor(WORDS.bottom * HEIGHT) * WIDTH];
  let different = 0;
  for (let at = from; at < to; at++) if (Math.abs(seen[at]! - expected[at]!) > FAR) different++;
  return different / (to - from);
}

function readLuma(page: Page): Promise<number[]> {
  return page.evaluate(
    ([selector, width, height]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const context = canvas.getContext("2d")!;
      context.imageSmoothingQuality = "high";
      context.drawImage(document.querySelector<HTMLVideoElement>(selector)!, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      return Array.from({ length: width * height }, (_, at) =>
        Math.round(0.299 * data[4 * at]! + 0.587 * data[4 * at + 1]! + 0.114 * data[4 * at + 2]!),
      );
    },
    [PROGRAMME, WIDTH, HEIGHT] as const,
  );
}
