import { expect, test } from "vitest";
import { createTranslate } from "../../../../client/src/i18n/translate.ts";

const catalogue = {
  common: { save: "Tallenna", deep: { er: "Syvempi" } },
  stages: { viewers_one: "{{count}} katsoja", viewers_other: "{{count}} katsojaa", save: "Lava" },
};
const t = createTranslate("fi", catalogue, ["stages", "common"]);

test.each([
  ["finds a key in the first namespace that has it", t("save"), "Lava"],
  ["goes on to the next namespace", t("deep.er"), "Syvempi"],
  ["takes the namespace that the key names", t("common:save"), "Tallenna"],
  ["chooses the plural form of one", t("viewers", { count: 1 }), "1 katsoja"],
  ["chooses the plural form of many", t("viewers", { count: 0 }), "0 katsojaa"],
  ["answers the key that nobody has", t("nothing.here"), "nothing.here"],
  ["prefers the default to the key", t("nothing", { defaultValue: "muu" }), "muu"],
  ["says nothing while the namespace is on its way", t("errors:timeout.text"), ""],
  ["is not misled by half a key", t("deep"), "deep"],
])("%s", (_, found, wanted) => {
  expect(found).toBe(wanted);
});

test("fills in what it is given and leaves the rest to be seen", () => {
  const own = createTranslate("fi", { common: { at: "{{time}} {{place}}" } }, ["common"]);
  expect(own("at", { time: "$&" })).toBe("$& {{place}}");
});
