import type { BoothView, MaterialView } from "../../contract/events.ts";
import {
  presentBoothSummary,
  presentEventRef,
  presentShortText,
  presentText,
} from "../../platform/present.ts";
import { type Actor, may } from "../../platform/rights.ts";
import type { BoothRow } from "./booths.store.ts";

/** Links lead to the web and nowhere else: `javascript:` and the like are none. */
function safeLink(url: string | null): string | null {
  return url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : null;
}

/** Where the files of booths are served, below this origin. */
export const MATERIALS_PATH = "/materials";

export function presentBooth(row: BoothRow, isStaffed: boolean, actor: Actor): BoothView {
  return {
    ...presentBoothSummary(row, isStaffed),
    description: presentText(row.description),
    event: presentEventRef(row.event),
    materials: row.materials.map(presentMaterial),
    can: { staff: may(actor, "booth.staff", { eventId: row.eventId, boothId: row.id }) },
  };
}

/** A file's row holds the name in the data folder; people get its address here. */
function presentMaterial(row: BoothRow["materials"][number]): MaterialView {
  const url =
    row.kind === "file" && row.url !== null ? `${MATERIALS_PATH}/${row.id}/${row.url}` : safeLink(row.url);
  return {
    id: row.id,
    title: presentShortText(row.title),
    kind: row.kind,
    url: row.kind === "text" ? null : url,
    body: row.body === null ? null : presentText(row.body),
  };
}
