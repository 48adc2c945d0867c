import { type EncodedSound, SoundEncoder } from "../encode/sound-encoder.ts";
import type { MixerConfig } from "../mixer-messages.ts";
import { type RtpSockets, RtpStreamOut } from "../rtp/rtp-out.ts";
import { BLOCK_SAMPLES, SAMPLE_RATE, type SoundBlock } from "./sound-block.ts";

/** The mix as Opus over RTP, always, and as AAC while it is asked for. */
export class SoundOut {
  readonly #opus: SoundEncoder;
  readonly #aac: SoundEncoder;
  readonly #stream: RtpStreamOut;
  readonly aacKbps: number;

  private constructor(options: {
    opus: SoundEncoder;
    aac: SoundEncoder;
    stream: RtpStreamOut;
    aacKbps: number;
  }) {
    this.#opus = options.opus;
    this.#aac = options.aac;
    this.#stream = options.stream;
    this.aacKbps = options.aacKbps;
  }

  static async create(
    config: MixerConfig["audio"],
    context: { sockets: RtpSockets; cname: string },
  ): Promise<SoundOut> {
    const opus = await SoundEncoder.createOpus(config.opusKbps);
    const aac = await SoundEncoder.createAac(config.aacKbps);
    const stream = new RtpStreamOut(context.sockets, {
      target: config.rtp,
      clockRate: SAMPLE_RATE,
      cname: context.cname,
    });
    return new SoundOut({ opus, aac, stream, aacKbps: config.aacKbps });
  }

  send(block: SoundBlock, atMs: number, wallMs: number): void {
    for (const packet of this.#opus.encode(block.left, block.right))
      this.#stream.send([packet.data], atMs, wallMs);
  }

  get aacConfig(): Buffer {
    return this.#aac.config;
  }

  /** From here on AAC counts from this block of the programme. */
  startAac(block: number): void {
    this.#aac.startAt(block * BLOCK_SAMPLES);
  }

  encodeAac(block: SoundBlock): EncodedSound[] {
    return this.#aac.encode(block.left, block.right);
  }

  close(): void {
    this.#opus.close();
    this.#aac.close();
  }
}
