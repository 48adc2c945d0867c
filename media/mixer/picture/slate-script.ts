import type { SlateCard } from "../../../server/contract/media.ts";
import { assScript, plain, dialogue as text } from "./ass-script.ts";

/*
 * The card as an ASS script, which libass lays out (wrapping included) and draws. All is placed on a sheet of
 * 1280 × 720 and scaled to the canvas by libass.
 */

const WIDTH = 1280;
const MARGIN = 88;
/** `&HBBGGRR&` */
const colours = {
  awningLight: "&H6E5B2C&",
  awningDark: "&H4A3C1B&",
  accent: "&H5BC4F4&",
  title: "&HFFFFFF&",
  body: "&HE0D8CC&",
  rule: "&H5A4A2A&",
} as const;
/** Behind the card; the same as `color` of the filter wants it. */
export const SLATE_BACKGROUND = "0x10242c";

export function slateScript(card: SlateCard): string {
  const shapes = [...awning(), ...mark(MARGIN, 96)];
  if (card.nextLine)
    shapes.push(
      shape(colours.rule, MARGIN, 596, `m 0 0 l ${WIDTH - 2 * MARGIN} 0 ${WIDTH - 2 * MARGIN} 2 0 2`),
    );
  const lines = [
    ...shapes,
    text(`{\\an4\\pos(${MARGIN + 76},124)\\fs38\\fnInter SemiBold\\1c${colours.title}}Torilla`),
    text(`{\\an4\\pos(${MARGIN},368)}${body(card)}`),
  ];
  if (card.nextLine) {
    lines.push(text(`{\\an4\\pos(${MARGIN},640)\\fs36\\1c${colours.body}}${plain(card.nextLine)}`));
  }
  return assScript(lines, { widthPx: WIDTH, heightPx: 720, margin: MARGIN });
}

function body(card: SlateCard): string {
  const rows: string[] = [];
  const gap = "{\\fs14} \\N";
  if (card.eventName) rows.push(`{\\fs36\\fnInter SemiBold\\1c${colours.accent}}${plain(card.eventName)}`);
  if (card.title)
    rows.push(`{\\fs${titleSize(card.title)}\\fnInter SemiBold\\1c${colours.title}}${plain(card.title)}`);
  if (card.subtitle) rows.push(`{\\fs42\\fnInter\\1c${colours.body}}${plain(card.subtitle)}`);
  return rows.join(`\\N${gap}`);
}

/** Long titles are set smaller, so that three lines hold them. */
function titleSize(title: string): number {
  if (title.length <= 40) return 92;
  return title.length <= 90 ? 70 : 52;
}

/** A scalloped market awning along the upper edge. */
function awning(): string[] {
  const width = 80;
  return Array.from({ length: WIDTH / width }, (_, index) =>
    shape(
      index % 2 === 0 ? colours.awningLight : colours.awningDark,
      index * width,
      0,
      `m 0 0 l ${width} 0 ${width} 26 b ${width} 60 0 60 0 26`,
    ),
  );
}

/** Torilla's mark: a market tent in a rounded square. */
function mark(x: number, y: number): string[] {
  return [
    shape(
      colours.accent,
      x,
      y,
      "m 12 0 l 44 0 b 52 0 56 4 56 12 l 56 44 b 56 52 52 56 44 56 l 12 56 b 4 56 0 52 0 44 l 0 12 b 0 4 4 0 12 0",
    ),
    shape(
      "&H2C2410&",
      x,
      y,
      "m 14 12 l 42 12 48 26 b 48 33 39 33 39 26 b 39 33 28 33 28 26 b 28 33 17 33 17 26 b 17 33 8 33 8 26",
    ),
    shape("&H2C2410&", x, y, "m 12 34 l 16 34 16 46 12 46"),
    shape("&H2C2410&", x, y, "m 40 34 l 44 34 44 46 40 46"),
    shape("&H2C2410&", x, y, "m 12 38 l 44 38 44 42 12 42"),
  ];
}

function shape(colour: string, x: number, y: number, path: string): string {
  return text(`{\\an7\\pos(${x},${y})\\bord0\\shad0\\1c${colour}\\p1}${path}{\\p0}`);
}
