import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import type { MediaRequestName } from "../../server/contract/media.ts";

/** A fake media plane whose broadcasts begin and end by the test's clock, and that remembers what it was asked. */
export class ClockedMedia extends FakeMediaPlane {
  readonly asked: { name: MediaRequestName; data: unknown }[] = [];

  constructor(now: () => Date) {
    super();
    const request = this.request;
    this.request = (async (name: MediaRequestName, data: never) => {
      const result = await request(name, data);
      this.asked.push({ name, data });
      if (name === "stage:startBroadcast") return { startedAtMs: now().getTime() };
      return name === "stage:endBroadcast" ? { endedAtMs: now().getTime() } : result;
    }) as FakeMediaPlane["request"];
  }

  /** Payloads of what was asked by that name, oldest first. */
  askedOf<Data>(name: MediaRequestName): Data[] {
    return this.asked.filter((one) => one.name === name).map((one) => one.data as Data);
  }
}
