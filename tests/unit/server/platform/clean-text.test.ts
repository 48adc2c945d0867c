import { expect, test } from "vitest";
import { cleanText } from "../../../../server/platform/clean-text.ts";

test("is never longer than it came, so that what the contract bounds stays within its bounds", () => {
  // Letters that composition takes apart: one becomes three.
  for (const letter of ["\ufb2c", "\u{1d160}", "\u0958"]) {
    const text = letter.repeat(60);
    expect(text.normalize("NFC").length).toBeGreaterThan(text.length);
    expect(cleanText(text).length).toBeLessThanOrEqual(text.length);
  }
});

test("composes letters and their marks, and takes out what turns or hides text", () => {
  expect(cleanText("A\u0308iti\u202e \u0000")).toBe("\u00c4iti");
});
