import type { MixerCommand, RtpTarget } from "../../../media/mixer/mixer-messages.ts";
import { StubMixer } from "../stub-mixer.ts";
import type { SourceStream } from "./webrtc-load.ts";

/** What feeds the programme in the mixer's place: `WebrtcLoad`, or a message to the process that has one. */
export interface SourceControl {
  openSource(id: string, streams: SourceStream[]): Promise<void> | void;
  makeKeyFrame(id: string, ssrc: number): Promise<void> | void;
}

/** Instead of the settings' rates, of each rung from the highest. */
export interface ProgrammeRate {
  videoKbps: readonly number[];
  audioKbps: number;
  /** Default 50. */
  audioPacketsPerSecond?: number;
  fps: number;
  /** Between key frames that nobody asked for. */
  gopSeconds: number;
}

/**
 * A mixer whose programme is made up by the load client: of an even rate, the same each time, key frames on request as
 * the real one makes them, no picture that anybody could see.
 */
export class SourceMixer extends StubMixer {
  readonly #control: SourceControl;
  readonly #sourceId: string;
  readonly #rate: ProgrammeRate | undefined;
  readonly #ssrcs = new Map<string, number>();

  constructor(control: SourceControl, sourceId: string, rate?: ProgrammeRate) {
    super();
    this.#control = control;
    this.#sourceId = sourceId;
    this.#rate = rate;
  }

  override send(command: MixerCommand): void {
    super.send(command);
    if (command.type === "start") this.#begin(command);
    else if (command.type === "requestKeyFrame")
      void this.#control.makeKeyFrame(this.#sourceId, this.#ssrcs.get(command.rung) ?? 0);
  }

  #begin({ config }: Extract<MixerCommand, { type: "start" }>): void {
    const { rungs, audio, canvas, segmentSeconds } = config;
    for (const { name, rtp } of rungs) this.#ssrcs.set(name, rtp.ssrc);
    void this.#control.openSource(this.#sourceId, [
      ...rungs.map(({ rtp, videoKbps }, index) => ({
        kind: "video" as const,
        ...target(rtp),
        kbps: this.#rate?.videoKbps[index] ?? videoKbps,
        fps: this.#rate?.fps ?? canvas.fps,
        gopSeconds: this.#rate?.gopSeconds ?? segmentSeconds,
      })),
      {
        kind: "audio",
        ...target(audio.rtp),
        kbps: this.#rate?.audioKbps ?? audio.opusKbps,
        fps: this.#rate?.audioPacketsPerSecond ?? 50,
      },
    ]);
  }
}

function target({ ip, port, rtcpPort, payloadType, ssrc }: RtpTarget) {
  return { address: `${ip}:${port}`, rtcpAddress: `${ip}:${rtcpPort}`, payloadType, ssrc };
}
