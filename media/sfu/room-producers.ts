import type { types } from "mediasoup";
import type { MediaRequestData } from "../../server/contract/media.ts";
import type { ProducerSource } from "../../server/contract/rtp.ts";
import { MediaError, refusingBadMedia } from "../media-error.ts";
import type { OpenProducer, Peer } from "./peer.ts";
import { isKindOf, MAX_BOOTH_PICTURES, MAX_ROOM_PRODUCERS, maySend, type RoomKind } from "./rights.ts";
import type { Roster } from "./roster.ts";

/* What is sent in a room, and whether it may be. Owned by the room; each producer dies with its transport. */

export interface RoomProducersOptions {
  roomId: string;
  kind: RoomKind;
  roster: Roster;
  onClosed: () => void;
}

/** One PLI a second per producer, however many ask. */
const KEY_FRAME_REQUEST_DELAY_MS = 1_000;

const CAPTURE_TIME_EXTENSION = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

/**
 * Chromium negotiates a header extension for capture times and sends none. mediasoup (3.27) then tells no stream's time
 * and never goes over to another simulcast layer; without it, it tells it by sender reports.
 */
function withoutCaptureTimes(parameters: types.RtpParameters): types.RtpParameters {
  const headerExtensions = parameters.headerExtensions?.filter(({ uri }) => uri !== CAPTURE_TIME_EXTENSION);
  return { ...parameters, headerExtensions };
}

export class RoomProducers {
  readonly #options: RoomProducersOptions;
  readonly #open = new Map<string, OpenProducer>();
  /** Pictures that are being made, not yet in `#open`. */
  #picturesUnderWay = 0;

  constructor(options: RoomProducersOptions) {
    this.#options = options;
  }

  all(): OpenProducer[] {
    return [...this.#open.values()];
  }

  find(producerId: string): OpenProducer | null {
    return this.#open.get(producerId) ?? null;
  }

  /** @throws not_found */
  requireOf(peerId: string, producerId: string): OpenProducer {
    const open = this.find(producerId);
    if (!open || open.peerId !== peerId) throw new MediaError("not_found", "no such producer of this peer");
    return open;
  }

  /** In place of what the peer sent from this source before. @throws forbidden, bad_request, not_found, room_full */
  async produce(peer: Peer, data: MediaRequestData<"room:produce">): Promise<OpenProducer> {
    const { sendTransport, peerId } = peer;
    const { source, kind } = data;
    if (!isKindOf(source, kind)) throw new MediaError("bad_request", `${source} is no ${kind}`);
    this.#requireRight(peerId, source);
    if (!sendTransport || sendTransport.id !== data.transportId) {
      throw new MediaError("not_found", "no such sending transport of this peer");
    }
    for (const open of this.all()) {
      if (open.peerId === peerId && open.source === source) open.producer.close();
    }
    this.#requirePlaceFor(source);
    const isPicture = source !== "microphone";
    this.#picturesUnderWay += isPicture ? 1 : 0;
    const producer = await refusingBadMedia(() =>
      sendTransport.produce({
        kind,
        rtpParameters: withoutCaptureTimes(data.rtpParameters as unknown as types.RtpParameters),
        paused: data.isPaused,
        keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS,
      }),
    ).finally(() => {
      this.#picturesUnderWay -= isPicture ? 1 : 0;
    });
    try {
      this.#requireRight(peerId, source);
    } catch (error) {
      producer.close();
      throw error;
    }
    return { producer, peerId, source };
  }

  add(open: OpenProducer): void {
    const { producer } = open;
    this.#open.set(producer.id, open);
    producer.observer.once("close", () => {
      this.#open.delete(producer.id);
      this.#options.onClosed();
    });
  }

  /** What the peer may no longer send. */
  closeForbidden(peerId: string): void {
    const sender = this.#options.roster.require(peerId);
    for (const { producer, source, peerId: ownerId } of this.all()) {
      if (ownerId === peerId && !maySend(this.#options.kind, sender, source)) producer.close();
    }
  }

  clear(): void {
    this.#open.clear();
  }

  #requireRight(peerId: string, source: ProducerSource): void {
    const { kind, roomId, roster } = this.#options;
    if (!maySend(kind, roster.require(peerId), source))
      throw new MediaError("forbidden", `may not send ${source} in ${roomId}`);
  }

  #requirePlaceFor(source: ProducerSource): void {
    const pictures =
      this.all().filter(({ producer }) => producer.kind === "video").length + this.#picturesUnderWay;
    if (this.#options.kind === "booth" && source !== "microphone" && pictures >= MAX_BOOTH_PICTURES) {
      throw new MediaError("room_full", `a booth has place for ${MAX_BOOTH_PICTURES} pictures`);
    }
    if (this.#open.size >= MAX_ROOM_PRODUCERS) throw new MediaError("room_full", "too many producers");
  }
}
