import type { SlateCard } from "../../server/contract/media.ts";

/** What a stage shows that is opened by a test of the media node alone. */
export const slate: SlateCard = {
  reason: "starting-soon",
  eventName: "Messut",
  title: "Uni",
  subtitle: "",
  nextLine: "",
};
