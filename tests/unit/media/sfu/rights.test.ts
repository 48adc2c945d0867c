import { expect, it } from "vitest";
import { isVisible, mayEverSend, maySend } from "../../../../media/sfu/rights.ts";
import { PeerRole, SpeakRight } from "../../../../server/contract/rooms.ts";
import { ProducerSource } from "../../../../server/contract/rtp.ts";

const rooms = ["backstage", "audience", "booth"] as const;

/** Room, role, right → what may be sent. Whatever is not here may send nothing. */
const allowed: Record<string, string[]> = {
  "backstage host picture": ["microphone", "camera", "screen"],
  "backstage host voice": ["microphone"],
  "backstage speaker picture": ["microphone", "camera", "screen"],
  "backstage speaker voice": ["microphone"],
  "booth host voice": ["microphone"],
  "booth speaker voice": ["microphone"],
  "booth staff voice": ["microphone"],
  "booth visitor voice": ["microphone"],
  "booth attendee voice": ["microphone"],
  "booth host picture": ["microphone", "camera", "screen"],
  "booth speaker picture": ["microphone", "camera", "screen"],
  "booth staff picture": ["microphone", "camera", "screen"],
  "booth visitor picture": ["microphone", "camera", "screen"],
  "booth attendee picture": ["microphone", "camera", "screen"],
};

it.each(rooms.flatMap((room) => PeerRole.options.map((role) => [room, role] as const)))(
  "what may be sent in a %s room by a %s",
  (room, role) => {
    for (const speakRight of SpeakRight.options) {
      const may = ProducerSource.options.filter((source) => maySend(room, { role, speakRight }, source));
      expect(may, `${room} ${role} ${speakRight}`).toEqual(allowed[`${room} ${role} ${speakRight}`] ?? []);
      if (may.length > 0) expect(mayEverSend(room)).toBe(true);
    }
  },
);

it("nobody sees an audience, everybody a backstage, and a booth's visitors when they take part", () => {
  const visitor = { role: "visitor", speakRight: "none", isAskingToSpeak: false } as const;
  expect(isVisible("audience", { ...visitor, role: "attendee" })).toBe(false);
  expect(isVisible("backstage", visitor)).toBe(true);
  expect(isVisible("booth", visitor)).toBe(false);
  expect(isVisible("booth", { ...visitor, isAskingToSpeak: true })).toBe(true);
  expect(isVisible("booth", { ...visitor, speakRight: "voice" })).toBe(true);
  expect(isVisible("booth", { ...visitor, role: "staff" })).toBe(true);
});
