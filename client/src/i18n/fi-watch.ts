/** What else those who watch read. */
export const catalogue = import.meta.glob<Record<string, unknown>>("./fi/{chat,errors,events,join}.json", {
  eager: true,
  import: "default",
});
