/*
 * What fuzzing is done to: an event of its own in the product's database, so that nobody ends the lecture that others
 * watch, and people with and without rights there.
 */

import type { RoomRef } from "../../../server/contract/rooms.ts";
import { createDatabase } from "../../../server/platform/db.ts";
import { Browser } from "../browser.ts";
import type { KnownValues } from "../contract-arbitrary.ts";
import { createFair, createLink, createPresentation, createRecording } from "../factories.ts";
import type { Product } from "../product.ts";
import { browserCapabilities, browserDtls, cameraParameters, microphoneParameters } from "../rtp-samples.ts";
import { databaseUrl } from "./stored-chat.ts";

export interface FuzzGround {
  /** A stranger, and a speaker, the staff of a booth and an organiser of the event. */
  people: Browser[];
  /** Values that mean something there, by the property's name. */
  known: KnownValues;
  /** Every socket enters it; half of the requests are about what it has there, so that they go all the way to the media. */
  table?: RoomRef;
}

export async function createFuzzGround({
  product,
  stageId,
}: {
  product: Product;
  stageId: string;
}): Promise<FuzzGround> {
  const db = createDatabase(databaseUrl(product));
  try {
    const { event, stage, booth } = await createFair(db);
    const presentation = await createPresentation(db, { stageId: stage.id });
    const recording = await createRecording(db, { stageId: stage.id });
    const roles = [
      { role: "speaker", stageId: stage.id },
      { role: "staff", boothId: booth.id },
      { role: "organiser" },
    ] as const;
    const people = [new Browser(product.url)];
    for (const role of roles) {
      const { path } = await createLink(db, { eventId: event.id, label: "fuzz", ...role });
      people.push(await new Browser(product.url).open({ token: path.split("#")[1] ?? "" }));
    }
    await people[0]!.call("readSession");
    const known: KnownValues = {
      event: [event.slug],
      stage: [stage.slug],
      booth: [booth.slug],
      eventId: [event.id],
      // The stage that is live too: strangers may watch it and chat there.
      stageId: [stage.id, stageId],
      boothId: [booth.id],
      presentationId: [presentation.id],
      recordingId: [recording.id],
      roomId: [`backstage:${stage.id}`, `audience:${stageId}`, `booth:${booth.id}`],
      chatId: [`stage:${stage.id}`, `booth:${booth.id}`],
      rtpCapabilities: [browserCapabilities],
      rtpParameters: [microphoneParameters(), cameraParameters()],
      dtlsParameters: [browserDtls],
    };
    return { people, known, table: { kind: "booth", boothId: booth.id } };
  } finally {
    await db.$disconnect();
  }
}
