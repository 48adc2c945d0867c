import { expect, test } from "vitest";
import { httpDoors } from "../../../../server/contract/http.ts";
import { requests } from "../../../../server/contract/realtime.ts";
import {
  type Action,
  type Actor,
  doorActions,
  type GrantRole,
  may,
  rights,
} from "../../../../server/platform/rights.ts";

const event = { eventId: "event-1" };
const stage = { ...event, stageId: "stage-1" };
const booth = { ...event, boothId: "booth-1" };

function actorOf(role: GrantRole, scope: { stageId?: string; boothId?: string } = {}): Actor {
  const grant = {
    role,
    eventId: event.eventId,
    stageId: scope.stageId ?? null,
    boothId: scope.boothId ?? null,
  };
  return { guestKey: "g", sessionId: "s", grants: [grant] };
}
const nobody: Actor = { guestKey: "g", sessionId: null, grants: [] };
const actors = {
  nobody,
  speaker: actorOf("speaker", stage),
  host: actorOf("host", stage),
  staff: actorOf("staff", booth),
  organiser: actorOf("organiser"),
  screen: actorOf("screen"),
};

test("every door has a row, and no row is of no door", () => {
  expect(Object.keys(doorActions).sort()).toEqual(
    [...Object.keys(httpDoors), ...Object.keys(requests)].sort(),
  );
});

test("roles by actions", () => {
  const holders = (action: Action, target: { eventId: string }) =>
    Object.entries(actors)
      .filter(([, actor]) => may(actor, action, target))
      .map(([name]) => name)
      .join(" ");
  const everybody = "nobody speaker host staff organiser screen";
  expect(holders("event.manage", event)).toBe("organiser");
  expect(holders("stage.watch", stage)).toBe(everybody);
  expect(holders("stage.drive", stage)).toBe("host organiser");
  expect(holders("backstage.enter", stage)).toBe("speaker host organiser");
  expect(holders("backstage.lead", stage)).toBe("host organiser");
  expect(holders("booth.visit", booth)).toBe(everybody);
  expect(holders("booth.staff", booth)).toBe("staff");
  expect(holders("chat.write", booth)).toBe(everybody);
  expect(holders("chat.moderate", stage)).toBe("host organiser");
  expect(holders("chat.moderate", booth)).toBe("staff organiser");
  expect(holders("recording.publish", stage)).toBe("host organiser");
  expect(holders("screen.read", event)).toBe("screen");
});

test("a right ends at its event, its stage and its booth", () => {
  for (const [name, actor] of Object.entries(actors))
    for (const action of Object.keys(rights) as Action[]) {
      if (rights[action] === "anyone") continue;
      expect(may(actor, action, { ...stage, eventId: "event-2" }), `${name} ${action}`).toBe(false);
      expect(may(actor, action, { ...booth, eventId: "event-2" }), `${name} ${action}`).toBe(false);
    }
  expect(may(actors.host, "stage.drive", { ...event, stageId: "stage-2" })).toBe(false);
  expect(may(actors.staff, "booth.staff", { ...event, boothId: "booth-2" })).toBe(false);
  expect(may(actorOf("host"), "stage.drive", { ...event, stageId: "stage-2" })).toBe(true);
  expect(may(actorOf("host"), "chat.moderate", booth)).toBe(false);
  expect(may(actorOf("staff"), "chat.moderate", stage)).toBe(false);
});
