import type { z } from "zod";
import type { BoothKind } from "../../server/contract/events.ts";
import type { LocalText } from "../../server/contract/ids.ts";

/** A booth of the demo event with its invented association. */
export interface BoothContent {
  slug: string;
  kind: z.infer<typeof BoothKind>;
  /** `#rrggbb` */
  colour: string;
  name: LocalText;
  tagline: LocalText;
  description: LocalText;
  materials: MaterialContent[];
}

export type MaterialContent =
  | { kind: "text"; title: LocalText; body: LocalText }
  | { kind: "link"; title: LocalText; url: string }
  /** A leaflet, written to `data/materials/<file>` as a PDF. */
  | { kind: "file"; title: LocalText; file: string; leaflet: Leaflet };

/** A one-page leaflet in Finnish. */
export interface Leaflet {
  title: string;
  paragraphs: string[];
}
