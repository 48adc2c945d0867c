import { Device, type types } from "mediasoup-client";
import type { ConsumerOptions, JoinedRoom } from "../../../server/contract/rooms.ts";
import { routerRtpCapabilities } from "../../../server/contract/router-capabilities.ts";
import { cameraEncodings } from "./camera-encodings.ts";
import type { LocalSource } from "./local-devices.ts";
import type { RoomSocket } from "./room-socket.ts";

/*
 * The WebRTC half of one stay in a room: device, two transports, producers, consumers. It dies with the stay;
 * a return makes a new one. `RoomSession` owns it.
 */

const SCREEN: types.RtpEncodingParameters = { maxBitrate: 2_000_000 };

export interface RoomMediaEvents {
  onTransportState(state: types.ConnectionState): void;
}

/** What this browser can receive; the same for every room, so it is known before the room is asked. */
export async function loadDevice(): Promise<Device> {
  const device = await Device.factory();
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as unknown as types.RtpCapabilities });
  return device;
}

/** What a request to join says of the stay that the socket was lost from. */
export function keptTransport(media: RoomMedia | null): { keptTransportId?: string } {
  const keptTransportId = media?.keptTransportId;
  return keptTransportId === undefined ? {} : { keptTransportId };
}

export interface RoomMediaParts {
  device: Device;
  socket: RoomSocket;
  joined: JoinedRoom;
  /** Whose fingerprint went with the request to join: the receiving transport is connected already. */
  certificate: RTCCertificate;
}

export class RoomMedia {
  readonly #socket: RoomSocket;
  readonly #roomId: string;
  readonly #canSimulcast: boolean;
  readonly #receive: types.Transport;
  readonly #send: types.Transport | null;
  readonly #producers = new Map<LocalSource, types.Producer>();
  readonly #consumers = new Map<string, types.Consumer>();
  /** What the server was told last; a change that did not reach it is told again. */
  readonly #toldPaused = new Map<LocalSource, boolean>();
  #isClosed = false;

  constructor({ device, socket, joined, certificate }: RoomMediaParts, events: RoomMediaEvents) {
    this.#socket = socket;
    this.#roomId = joined.roomId;
    this.#canSimulcast = device.handlerName.startsWith("Chrome") && joined.roomId.startsWith("backstage:");
    this.#receive = device.createRecvTransport({
      ...(joined.receiveTransport as unknown as types.TransportOptions),
      additionalSettings: { certificates: [certificate] },
    });
    this.#send = joined.sendTransport
      ? device.createSendTransport(joined.sendTransport as unknown as types.TransportOptions)
      : null;
    for (const transport of [this.#receive, this.#send]) {
      if (transport) this.#handleTransport(transport, events);
    }
    this.#send?.on("produce", ({ kind, rtpParameters, appData }, done, failed) => {
      this.#socket
        .request("room:produce", {
          roomId: this.#roomId,
          transportId: this.#send?.id ?? "",
          kind,
          source: appData.source as LocalSource,
          rtpParameters: rtpParameters as unknown as Record<string, unknown>,
          isPaused: appData.isPaused === true,
        })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
  }

  /** Names this stay to a server that lost the socket, while media still flows; else undefined. */
  get keptTransportId(): string | undefined {
    const isKept = [this.#receive, this.#send].every(
      (transport) => !transport || ["new", "connecting", "connected"].includes(transport.connectionState),
    );
    return isKept && !this.#isClosed ? this.#receive.id : undefined;
  }

  /** Of the ways that are in use, the worst. */
  get connectionState(): "failed" | "disconnected" | "connecting" | "connected" {
    const states = [this.#receive, this.#send].map((transport) => transport?.connectionState);
    const troubles = ["failed", "disconnected", "connecting"] as const;
    return troubles.find((state) => states.includes(state)) ?? "connected";
  }

  isIn(joined: JoinedRoom): boolean {
    return !this.#isClosed && joined.receiveTransport.id === this.#receive.id;
  }

  /** The track of a consumer that the server has made. */
  async receive(options: ConsumerOptions): Promise<types.Consumer | null> {
    if (this.#isClosed || this.#consumers.has(options.id)) return null;
    const consumer = await this.#receive.consume({
      id: options.id,
      producerId: options.producerId,
      kind: options.kind,
      rtpParameters: options.rtpParameters as unknown as types.RtpParameters,
      // Tracks of one peer in one stream are kept in sync by the browser.
      streamId: `${options.peerId ?? "programme"}-${options.source === "screen" ? "screen" : "main"}`,
    });
    if (this.#isClosed) {
      consumer.close();
      return null;
    }
    this.#consumers.set(options.id, consumer);
    return consumer;
  }

  closeConsumer(consumerId: string): void {
    this.#consumers.get(consumerId)?.close();
    this.#consumers.delete(consumerId);
  }

  /** Sends the track, or puts it in the place of the one that is sent. `null` stops sending. */
  async send(source: LocalSource, track: MediaStreamTrack | null, isPaused: boolean): Promise<void> {
    const producer = this.#producers.get(source);
    if (producer && (!track || producer.closed || !this.#isLayeredFor(producer, source, track))) {
      this.#producers.delete(source);
      producer.close();
      await this.#socket.request("room:closeProducer", { roomId: this.#roomId, producerId: producer.id });
      if (!track) return;
    }
    if (!track || !this.#send || this.#isClosed) return;
    const current = this.#producers.get(source);
    if (!current) {
      const made = await this.#send.produce({
        track,
        stopTracks: false,
        disableTrackOnPause: false,
        zeroRtpOnPause: true,
        appData: { source, isPaused },
        ...(source === "microphone"
          ? { codecOptions: { opusFec: true, opusDtx: false } }
          : { encodings: this.#encodings(source, track), codecOptions: { videoGoogleStartBitrate: 1000 } }),
      });
      this.#producers.set(source, made);
      this.#toldPaused.set(source, isPaused);
      if (isPaused) made.pause();
      return;
    }
    if (current.track !== track) await current.replaceTrack({ track });
    if (current.paused !== isPaused) {
      if (isPaused) current.pause();
      else current.resume();
    }
    if (this.#toldPaused.get(source) === isPaused) return;
    await this.#socket.request("room:setProducerPaused", {
      roomId: this.#roomId,
      producerId: current.id,
      isPaused,
    });
    this.#toldPaused.set(source, isPaused);
  }

  #encodings(source: LocalSource, track: MediaStreamTrack): types.RtpEncodingParameters[] {
    return source === "camera" ? cameraEncodings(track.getSettings(), this.#canSimulcast) : [{ ...SCREEN }];
  }

  /** Whether a track can take the place of a producer's: another camera may have no pixels to spare for a half layer. */
  #isLayeredFor(producer: types.Producer, source: LocalSource, track: MediaStreamTrack): boolean {
    const layers = producer.rtpParameters.encodings?.length ?? 1;
    return (
      source !== "camera" || producer.track === track || layers === this.#encodings(source, track).length
    );
  }

  /** The server closed what this peer may no longer send. */
  dropProducers(sources: LocalSource[]): void {
    for (const source of sources) {
      this.#producers.get(source)?.close();
      this.#producers.delete(source);
    }
  }

  async restartIce(): Promise<void> {
    for (const transport of [this.#receive, this.#send]) {
      if (!transport || transport.connectionState === "new" || this.#isClosed) continue;
      const { iceParameters } = await this.#socket.request("room:restartIce", {
        roomId: this.#roomId,
        transportId: transport.id,
      });
      if (!this.#isClosed) {
        await transport.restartIce({ iceParameters: iceParameters as unknown as types.IceParameters });
      }
    }
  }

  getReceiveStats(): Promise<RTCStatsReport> {
    return this.#receive.getStats();
  }

  close(): void {
    this.#isClosed = true;
    this.#receive.close();
    this.#send?.close();
    this.#producers.clear();
    this.#consumers.clear();
  }

  #handleTransport(transport: types.Transport, events: RoomMediaEvents): void {
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      if (transport === this.#receive) return done();
      this.#socket
        .request("room:connectTransport", {
          roomId: this.#roomId,
          transportId: transport.id,
          dtlsParameters: dtlsParameters as unknown as Record<string, unknown>,
        })
        .then(() => done(), failed);
    });
    transport.on("connectionstatechange", (state) => events.onTransportState(state));
  }
}
