import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { contrast, inkOn } from "../../../../client/src/ui/colour.ts";

const css = readFileSync(resolve(import.meta.dirname, "../../../../client/src/ui/tokens.css"), "utf8");

function readTokens(theme: "light" | "dark"): Map<string, string> {
  const tokens = new Map<string, string>();
  for (const [, name, value] of css.matchAll(/--([\w-]+):\s*([^;]+);/g)) {
    const pair = /^light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)$/.exec(value!);
    if (pair) tokens.set(name!, theme === "light" ? pair[1]! : pair[2]!);
    else if (/^#[0-9a-f]{6}$/.test(value!)) tokens.set(name!, value!);
  }
  return tokens;
}

/** Text and what it stands on. */
const textPairs = [
  ...["page", "surface", "sunken", "raised", "primary-soft"].flatMap((ground) => [["ink", ground]]),
  ...["page", "surface", "sunken", "raised"].flatMap((ground) => [
    ["ink-soft", ground],
    ["link", ground],
    ["danger", ground],
  ]),
  ["on-primary", "primary"],
  ["on-primary", "primary-hover"],
  ["on-primary-soft", "primary-soft"],
  ["on-festive", "festive"],
  ["on-accent", "accent"],
  ["on-accent-soft", "accent-soft"],
  ["ink", "accent-soft"],
  ["on-live", "live"],
  ["on-danger", "danger"],
  ["on-danger", "danger-hover"],
  ["on-danger-soft", "danger-soft"],
  ["on-theatre", "theatre"],
  ["on-theatre", "theatre-raised"],
  ["on-theatre-soft", "theatre"],
  ["theatre-accent", "theatre"],
  ["on-theatre-accent", "theatre-accent"],
] as [string, string][];

/** Borders of controls and focus rings, WCAG 1.4.11. */
const shapePairs = [
  ...["page", "surface", "raised"].flatMap((ground) => [
    ["line-strong", ground],
    ["focus", ground],
    ["primary", ground],
  ]),
  ["theatre-line", "theatre"],
] as [string, string][];

describe.each(["light", "dark"] as const)("%s theme", (theme) => {
  const tokens = readTokens(theme);
  const ratio = (one: string, other: string) => contrast(tokens.get(one)!, tokens.get(other)!);

  test.each(textPairs)("%s is readable on %s", (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(shapePairs)("%s is seen on %s", (shape, ground) => {
    expect(ratio(shape, ground)).toBeGreaterThanOrEqual(3);
  });
});

test("our ink is readable on any colour of an association", () => {
  for (let red = 0; red < 256; red += 17)
    for (let green = 0; green < 256; green += 17)
      for (let blue = 0; blue < 256; blue += 17) {
        const colour = `#${[red, green, blue].map((one) => one.toString(16).padStart(2, "0")).join("")}`;
        expect(contrast(inkOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
      }
});
