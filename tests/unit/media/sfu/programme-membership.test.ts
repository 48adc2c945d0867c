import { expect, it } from "vitest";
import { ProgrammeMembership } from "../../../../media/sfu/programme-membership.ts";

it("hosts and speakers are in the programme, nobody else ever", () => {
  const membership = new ProgrammeMembership();
  membership.choose("visitor1", true);
  expect(membership.includes("host0001", "host")).toBe(true);
  expect(membership.includes("speaker1", "speaker")).toBe(true);
  expect(membership.includes("visitor1", "visitor")).toBe(false);
});

it("who was taken out stays out", () => {
  const membership = new ProgrammeMembership();
  membership.choose("speaker1", false);
  membership.holdBack(true);
  membership.holdBack(false);
  expect(membership.includes("speaker1", "speaker")).toBe(false);
});

it("while held back nobody is in the programme but whom a host puts on, whatever was chosen before", () => {
  const membership = new ProgrammeMembership();
  membership.choose("host0001", true);
  membership.holdBack(true);
  expect(membership.includes("host0001", "host")).toBe(false);
  membership.choose("speaker1", true);
  membership.holdBack(true);
  expect(membership.includes("speaker1", "speaker")).toBe(true);
  membership.holdBack(false);
  expect(membership.includes("host0001", "host")).toBe(true);
});
