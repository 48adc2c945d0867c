import { randomInt } from "node:crypto";
import type { types } from "mediasoup";
import type { RtpTarget } from "../mixer/mixer-messages.ts";
import { H264_PAYLOAD_TYPE, OPUS_PAYLOAD_TYPE } from "../sfu/router-codecs.ts";

/*
 * The programme on its way from the mixer into the audience room: one PlainTransport on loopback with a simulcast
 * video producer (the lower rung is layer 0) and an Opus producer. Owned by the mixer's session: a new mixer has new
 * RTP clocks and gets new producers.
 */

const KEY_FRAME_INTERVAL_MS = 1_000;

export interface ProgrammeRung {
  name: "v720" | "v360";
  maxBitrate: number;
}

export class ProgrammeFeed {
  readonly video: types.Producer;
  readonly audio: types.Producer;
  readonly #transport: types.PlainTransport;
  readonly #rungBySsrc: ReadonlyMap<number, ProgrammeRung["name"]>;
  readonly #audioSsrc: number;

  /** `rungs` from the highest to the lowest. */
  static async create(
    router: types.Router,
    rungs: readonly ProgrammeRung[],
    onKeyFrameRequest: (rung: ProgrammeRung["name"]) => void,
  ): Promise<ProgrammeFeed> {
    const transport = await router.createPlainTransport({
      listenInfo: { protocol: "udp", ip: "127.0.0.1", recvBufferSize: 1 << 20 },
      rtcpMux: false,
      comedia: true,
    });
    try {
      const firstSsrc = randomInt(1, 0x7fff_0000);
      const rungBySsrc = new Map(rungs.map((rung, index) => [firstSsrc + index, rung.name]));
      const audioSsrc = firstSsrc + rungs.length;
      const cname = `programme-${firstSsrc}`;
      const [video, audio] = await Promise.all([
        transport.produce({
          kind: "video",
          keyFrameRequestDelay: KEY_FRAME_INTERVAL_MS,
          rtpParameters: {
            codecs: [
              {
                mimeType: "video/H264",
                payloadType: H264_PAYLOAD_TYPE,
                clockRate: 90_000,
                parameters: {
                  "packetization-mode": 1,
                  "profile-level-id": "42e01f",
                  "level-asymmetry-allowed": 1,
                },
                rtcpFeedback: [{ type: "nack", parameter: "pli" }],
              },
            ],
            // Layer 0 is the lowest.
            encodings: rungs
              .map((rung, index) => ({ ssrc: firstSsrc + index, maxBitrate: rung.maxBitrate }))
              .toReversed(),
            rtcp: { cname },
          },
        }),
        transport.produce({
          kind: "audio",
          rtpParameters: {
            codecs: [
              {
                mimeType: "audio/opus",
                payloadType: OPUS_PAYLOAD_TYPE,
                clockRate: 48_000,
                channels: 2,
                parameters: { useinbandfec: 1, "sprop-stereo": 1 },
              },
            ],
            encodings: [{ ssrc: audioSsrc }],
            rtcp: { cname },
          },
        }),
      ]);
      const feed = new ProgrammeFeed({ transport, video, audio, rungBySsrc, audioSsrc });
      await feed.#watchKeyFrameRequests(onKeyFrameRequest);
      return feed;
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  private constructor(parts: {
    transport: types.PlainTransport;
    video: types.Producer;
    audio: types.Producer;
    rungBySsrc: ReadonlyMap<number, ProgrammeRung["name"]>;
    audioSsrc: number;
  }) {
    this.#transport = parts.transport;
    this.video = parts.video;
    this.audio = parts.audio;
    this.#rungBySsrc = parts.rungBySsrc;
    this.#audioSsrc = parts.audioSsrc;
  }

  targetOf(rung: ProgrammeRung["name"]): RtpTarget {
    const [ssrc] = [...this.#rungBySsrc].find(([, name]) => name === rung) ?? [];
    if (ssrc === undefined) throw new Error(`no rung ${rung}`);
    return { ...this.#address, payloadType: H264_PAYLOAD_TYPE, ssrc };
  }

  get audioTarget(): RtpTarget {
    return { ...this.#address, payloadType: OPUS_PAYLOAD_TYPE, ssrc: this.#audioSsrc };
  }

  close(): void {
    this.#transport.close();
  }

  get #address(): { ip: string; port: number; rtcpPort: number } {
    const { tuple, rtcpTuple } = this.#transport;
    return { ip: "127.0.0.1", port: tuple.localPort, rtcpPort: rtcpTuple!.localPort };
  }

  /** PLI and FIR end here as trace events: the mixer reads no RTCP. */
  async #watchKeyFrameRequests(onKeyFrameRequest: (rung: ProgrammeRung["name"]) => void): Promise<void> {
    await this.video.enableTraceEvent(["pli", "fir"]);
    this.video.on("trace", (trace) => {
      if (trace.type !== "pli" && trace.type !== "fir") return;
      const rung = this.#rungBySsrc.get((trace.info as { ssrc: number }).ssrc);
      if (rung) onKeyFrameRequest(rung);
    });
  }
}
