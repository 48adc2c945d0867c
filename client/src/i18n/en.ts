/** All texts of one language, one namespace a file. */
export const catalogue = import.meta.glob<Record<string, unknown>>("./en/*.json", {
  eager: true,
  import: "default",
});
