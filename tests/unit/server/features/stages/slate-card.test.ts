import { expect, test } from "vitest";
import { clockTime } from "../../../../../server/features/stages/clock-time.ts";
import { itemKey } from "../../../../../server/features/stages/schedule-entry.ts";
import { type SlateInput, slateCard } from "../../../../../server/features/stages/slate-card.ts";
import { entry, minute } from "./schedule.ts";

const schedule = [
  entry("a", "live", [0, 30]),
  entry("b", "break", [30, 15]),
  entry("c", "video", [75, 5], 200),
  entry("d", "video", [120, 10]),
];
const input = (changes: Partial<SlateInput>): SlateInput => ({
  phase: "live",
  schedule,
  overItems: new Set(),
  lostNames: [],
  isFailing: false,
  instant: minute(0),
  eventName: { fi: "Messut", sv: "Mässa", en: "Fair" },
  language: "fi",
  timeZone: "Europe/Helsinki",
  ...changes,
});
const at = (value: number, changes: Partial<SlateInput> = {}) =>
  slateCard(input({ instant: minute(value), ...changes }));

test("says what starts, what is paused and what comes, by the clock of the place", () => {
  expect(at(5, { phase: "rehearsal" })).toEqual({
    reason: "starting-soon",
    eventName: "Messut",
    title: "Alkaa pian",
    subtitle: "Esitys a",
    nextLine: "Seuraavaksi klo 11.15: Esitys c",
  });
  expect(at(31)).toMatchObject({ reason: "break", title: "Tauko", subtitle: "Esitys b" });
  expect(at(50)).toMatchObject({ reason: "break", title: "Jatkamme pian" });
  expect(at(65, { phase: "closed" })).toMatchObject({ reason: "starting-soon", subtitle: "Esitys c" });
  expect(at(65)).toMatchObject({
    title: "Jatkamme pian",
    subtitle: "",
    nextLine: "Seuraavaksi klo 11.15: Esitys c",
  });
  expect(at(79)).toMatchObject({ title: "Jatkamme pian", nextLine: "Seuraavaksi klo 12.00: Esitys d" });
});

test("says of a programme that is on what goes on, and never that it starts soon", () => {
  expect(at(5)).toMatchObject({ reason: "break", title: "Jatkamme pian", subtitle: "Esitys a" });
  expect(at(5, { language: "sv" })).toMatchObject({ title: "Vi fortsätter snart" });
  expect(at(5, { language: "en" })).toMatchObject({ title: "We will be back soon" });
  // Before, in and after every item, with a video that is over and with one that is not there.
  const overItems = new Set([itemKey({ mediaId: "m-c" }, minute(75))]);
  for (let value = -30; value <= 160; value += 2.5)
    for (const changes of [{}, { overItems }, { schedule: [] }])
      expect(at(value, changes).reason, `minute ${value}`).not.toBe("starting-soon");
});

test("says that a video is missing, that one is over, and that all is over", () => {
  expect(at(121)).toMatchObject({ reason: "technical-fault", title: "Lähetyksessä on katko" });
  const overItems = new Set([itemKey({ mediaId: "m-c" }, minute(75))]);
  expect(at(76, { overItems })).toMatchObject({ title: "Jatkamme pian" });
  expect(at(140)).toMatchObject({ reason: "end", title: "Kiitos, että olit mukana", nextLine: "" });
  expect(at(5, { phase: "ended" }).reason).toBe("end");
  expect(at(140, { phase: "rehearsal" })).toMatchObject({ reason: "starting-soon", subtitle: "" });
});

test("says that the programme is interrupted while what makes it keeps dying, but not during a break", () => {
  expect(at(5, { isFailing: true, lostNames: ["Aino"] })).toMatchObject({
    reason: "technical-fault",
    title: "Lähetyksessä on katko",
    subtitle: "Korjaamme sitä parhaillaan. Pysy kuulolla.",
  });
  expect(at(31, { isFailing: true }).reason).toBe("break");
  expect(at(5, { isFailing: true, phase: "rehearsal" }).reason).toBe("starting-soon");
});

test("says by name whose connection is lost, while live and not during a break", () => {
  const lostNames = ["Aino Juontaja", "Eero"];
  expect(at(5, { lostNames })).toMatchObject({
    reason: "technical-fault",
    title: "Yhteys katkesi: Aino Juontaja, Eero",
    subtitle: "Jatkamme heti, kun yhteys palaa.",
  });
  expect(at(31, { lostNames }).reason).toBe("break");
  expect(at(5, { lostNames, phase: "rehearsal" }).reason).toBe("starting-soon");
});

test("speaks the event's language, and Finnish where a translation is missing", () => {
  const before = (language: "sv" | "en") => at(5, { language, phase: "rehearsal" });
  expect(before("sv")).toMatchObject({
    title: "Börjar snart",
    nextLine: "Härnäst kl. 11.15: Presentation c",
  });
  expect(before("en")).toMatchObject({ title: "Starting soon", subtitle: "Esitys a" });
});

test("writes times as each language does, with the date on another day, across the change of clocks", () => {
  const style = { language: "fi", timeZone: "Europe/Helsinki" } as const;
  const noon = new Date("2026-11-22T10:00:00Z");
  expect(clockTime(new Date("2026-11-22T07:00:00Z"), noon, style)).toBe("klo 9.00");
  expect(clockTime(new Date("2026-11-22T22:05:00Z"), noon, style)).toBe("23.11. klo 0.05");
  expect(clockTime(new Date("2026-10-25T01:30:00Z"), new Date("2026-10-25T08:00:00Z"), style)).toBe(
    "klo 3.30",
  );
  expect(clockTime(new Date("2026-10-25T00:30:00Z"), new Date("2026-10-25T08:00:00Z"), style)).toBe(
    "klo 3.30",
  );
  expect(clockTime(noon, noon, { ...style, language: "sv" })).toBe("kl. 12.00");
  expect(clockTime(noon, new Date("2026-11-20T10:00:00Z"), { ...style, language: "en" })).toBe("22/11 12:00");
});

test("keeps its lines within the contract's bound", () => {
  const long = { ...entry("x", "live", [10, 10]), title: { fi: "ä".repeat(200), sv: "", en: "" } };
  expect(at(0, { schedule: [long] }).nextLine.length).toBeLessThanOrEqual(200);
});
