/** What else those who watch read. */
export const catalogue = import.meta.glob<Record<string, unknown>>("./sv/{chat,errors,events,join}.json", {
  eager: true,
  import: "default",
});
