import type { ProgrammeClock } from "../clock.ts";
import type { SourceOrigin } from "../mixer-messages.ts";
import type { Source, SourceEvents } from "./source.ts";

export class FileSource implements Source {
  readonly tap = null;
  readonly lastAliveMs = null;
  readonly isEnded = false;
  constructor(
    _origin: Extract<SourceOrigin, { type: "file" }>,
    context: { clock: ProgrammeClock; kind: string; events: SourceEvents },
  ) {
    context.events.failed("not yet");
  }
  pictureAt(): null {
    return null;
  }
  close(): void {}
}
