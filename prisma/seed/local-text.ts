import type { LocalText } from "../../server/contract/ids.ts";

/** A text in Finnish, Swedish and English. */
export const t = (fi: string, sv: string, en: string): LocalText => ({ fi, sv, en });
