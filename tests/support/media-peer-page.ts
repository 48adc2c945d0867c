/*
 * Runs in the page: one participant of SFU rooms, by mediasoup-client, without any interface. Its requests go to the
 * test through `askPlane`. Bundled on the fly by media-peer.ts.
 */
import { Device, type types } from "mediasoup-client";
import { cameraEncodings } from "../../client/src/room/camera-encodings.ts";
import type { ConsumerOptions, JoinedRoom } from "../../server/contract/rooms.ts";

declare global {
  interface Window {
    askPlane: (name: string, data: unknown) => Promise<unknown>;
    peer: typeof peer;
  }
}

interface Entered {
  joined: JoinedRoom;
  device: Device;
  send: types.Transport | null;
  receive: types.Transport;
  consumers: Map<string, types.Consumer>;
  producers: Map<string, types.Producer>;
}

const rooms = new Map<string, Entered>();
const opened: ConsumerOptions[] = [];

const peer = {
  async join(
    data: { roomId: string; peerId: string; role: string; speakRight: string; displayName: string },
    routerRtpCapabilities: types.RtpCapabilities,
  ): Promise<JoinedRoom> {
    const device = new Device();
    await device.load({ routerRtpCapabilities });
    const joined = (await window.askPlane("room:join", {
      ...data,
      rtpCapabilities: device.recvRtpCapabilities,
    })) as JoinedRoom;
    const id = { roomId: data.roomId, peerId: data.peerId };
    const wire = (transport: types.Transport) => {
      transport.on("connect", ({ dtlsParameters }, done, fail) => {
        window
          .askPlane("room:connectTransport", { ...id, transportId: transport.id, dtlsParameters })
          .then(() => done(), fail);
      });
      return transport;
    };
    const send =
      joined.sendTransport &&
      wire(device.createSendTransport(joined.sendTransport as unknown as types.TransportOptions));
    send?.on("produce", ({ kind, rtpParameters, appData }, done, fail) => {
      window
        .askPlane("room:produce", {
          ...id,
          transportId: send.id,
          kind,
          rtpParameters,
          source: appData.source,
          isPaused: false,
        })
        .then((result) => done({ id: (result as { producerId: string }).producerId }), fail);
    });
    const receive = wire(
      device.createRecvTransport(joined.receiveTransport as unknown as types.TransportOptions),
    );
    rooms.set(data.roomId, { joined, device, send, receive, consumers: new Map(), producers: new Map() });
    for (const consumer of joined.consumers) await peer.consume(data.roomId, consumer);
    for (const consumer of opened.splice(0)) await peer.consume(data.roomId, consumer);
    return joined;
  },

  async consume(roomId: string, options: ConsumerOptions): Promise<void> {
    const room = rooms.get(roomId);
    if (!room) return void opened.push(options);
    const consumer = await room.receive.consume(options as unknown as types.ConsumerOptions);
    room.consumers.set(consumer.id, consumer);
    const element = document.createElement("video");
    element.id = `${options.source}-${options.kind}-${options.peerId ?? "stage"}`;
    element.dataset.consumerId = consumer.id;
    element.autoplay = true;
    element.playsInline = true;
    element.srcObject = new MediaStream([consumer.track]);
    document.body.append(element);
    await element.play().catch(() => undefined);
  },

  close(roomId: string, consumerId: string): void {
    rooms.get(roomId)?.consumers.get(consumerId)?.close();
    document.querySelector(`[data-consumer-id="${consumerId}"]`)?.remove();
  },

  async sendCamera(
    roomId: string,
    size: { width: number; height: number; frameRate: number },
  ): Promise<string> {
    const stream = await navigator.mediaDevices.getUserMedia({ video: size });
    return await peer.send(roomId, stream.getVideoTracks()[0]!, "camera");
  },

  async sendMicrophone(roomId: string): Promise<string> {
    const audio = { echoCancellation: false, autoGainControl: false, noiseSuppression: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    return await peer.send(roomId, stream.getAudioTracks()[0]!, "microphone");
  },

  /** A screen of one colour with a walking bar. */
  async sendScreen(roomId: string, colour: string): Promise<string> {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 360;
    const context = canvas.getContext("2d")!;
    let frame = 0;
    setInterval(() => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 640, 360);
      context.fillStyle = "white";
      context.fillRect((frame++ * 7) % 640, 300, 20, 60);
    }, 100);
    return await peer.send(roomId, canvas.captureStream(10).getVideoTracks()[0]!, "screen");
  },

  async send(roomId: string, track: MediaStreamTrack, source: string): Promise<string> {
    const room = rooms.get(roomId)!;
    const asCamera =
      source === "camera"
        ? {
            encodings: cameraEncodings(track.getSettings(), true),
            codecOptions: { videoGoogleStartBitrate: 1000 },
          }
        : {};
    const producer = await room.send!.produce({ track, appData: { source }, ...asCamera });
    room.producers.set(producer.id, producer);
    return producer.id;
  },

  /** Of the receiving transport: what was negotiated, frames and sound so far. */
  async readStats(roomId: string): Promise<Record<string, unknown>[]> {
    const reports = await rooms.get(roomId)!.receive.getStats();
    return [...reports.values()].map((report) => ({ ...(report as object) }));
  },
};

window.peer = peer;
