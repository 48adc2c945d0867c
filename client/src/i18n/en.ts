/** What the first view of a stage says; one namespace a file. */
export const catalogue = import.meta.glob<Record<string, unknown>>(
  "./en/{common,player,recordings,schedule,stages}.json",
  { eager: true, import: "default" },
);
