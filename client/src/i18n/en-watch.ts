/** What else those who watch read. */
export const catalogue = import.meta.glob<Record<string, unknown>>("./en/{chat,errors,events,join}.json", {
  eager: true,
  import: "default",
});
