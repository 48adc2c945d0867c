import type { MixerCommand, MixerNotice } from "../../media/mixer/mixer-messages.ts";
import type { Mixer } from "../../media/stage/mixer-process.ts";

/** A mixer without pictures: answers its parent as the real one does, remembers what it was told, dies when asked to. */
export class StubMixer implements Mixer {
  readonly commands: MixerCommand[] = [];
  isGone = false;
  #onNotice: (notice: MixerNotice) => void = () => undefined;
  #onGone: (reason: string) => void = () => undefined;
  #run: { run: string; msn: number } | null = null;

  listen(listeners: { onNotice: (notice: MixerNotice) => void; onGone: (reason: string) => void }): void {
    this.#onNotice = listeners.onNotice;
    this.#onGone = listeners.onGone;
  }

  send(command: MixerCommand): void {
    if (this.isGone) return;
    this.commands.push(command);
    setImmediate(() => this.#react(command));
  }

  async close(): Promise<void> {
    this.isGone = true;
  }

  /** As if killed. */
  die(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#onGone("SIGKILL");
  }

  say(notice: MixerNotice): void {
    if (!this.isGone) this.#onNotice(notice);
  }

  /** The last scene it was given. */
  get scene() {
    return this.commands.findLast((command) => command.type === "setScene")?.scene ?? null;
  }

  #react(command: MixerCommand): void {
    switch (command.type) {
      case "start":
        this.say({ type: "started" });
        break;
      case "addSource":
        this.say({ type: "sourceStarted", sourceId: command.sourceId });
        break;
      case "startPackaging":
        this.#run = { run: command.run, msn: command.firstMsn };
        this.#beginRun(command.run, command.firstMsn);
        break;
      case "stopPackaging":
        if (this.#run) this.say({ type: "packagingStopped", run: this.#run.run });
        this.#run = null;
    }
  }

  #beginRun(run: string, msn: number): void {
    const startedAtMs = Date.now();
    const initFile = `${run}-v720-init.mp4`;
    const bytes = Buffer.from("init");
    this.say({
      type: "runStarted",
      notice: {
        type: "run",
        run,
        startedAtMs,
        renditions: [{ name: "v720", initFile, codecs: "avc1.42c01f", bandwidth: 1000 }],
      },
      inits: [{ file: initFile, bytes }],
    });
    this.say({
      type: "part",
      notice: {
        type: "part",
        run,
        rendition: "v720",
        msn,
        part: 0,
        file: `${run}-v720-${msn}-0.m4s`,
        durationSeconds: 0.333,
        isIndependent: true,
        programDateTimeMs: startedAtMs,
      },
      isLastOfSegment: true,
      bytes: Buffer.from("part"),
    });
  }
}
