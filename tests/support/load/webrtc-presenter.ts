/* A presenter without a browser: H.264 and Opus from files, sent into a room by the WebRTC load client. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SoundEncoder } from "../../../media/mixer/encode/sound-encoder.ts";
import type { OwnedPicture } from "../../../media/mixer/picture/planes.ts";
import type { RequestData, RequestName, RequestResult } from "../../../server/contract/realtime.ts";
import { type JoinedRoom, type RoomRef, roomIdOf } from "../../../server/contract/rooms.ts";
import { encodeClip, tone } from "../rtp-feeder.ts";
import { readDtlsParameters, writeOffer } from "./session-description.ts";
import type { SentFile, WebrtcLoad } from "./webrtc-load.ts";
import { viewerCapabilities } from "./webrtc-viewers.ts";

export interface PresenterFiles {
  video: string;
  audio: string;
  fps: number;
  keepsPlace?: boolean;
}

/** Encodes what a presenter sends over and over: so many pictures (the first a key frame) and a second of a tone. */
export async function makePresenterFiles(
  folder: string,
  options: {
    widthPx: number;
    heightPx: number;
    fps: number;
    frames: number;
    kbps?: number;
    draw: (picture: OwnedPicture, frame: number) => void;
    hertz?: number;
  },
): Promise<PresenterFiles> {
  await mkdir(folder, { recursive: true });
  const video = join(folder, "presenter.h264");
  const audio = join(folder, "presenter.opus-packets");
  const clip = await encodeClip(options);
  await writeFile(video, Buffer.concat(clip.map(({ data }) => data)));
  const level = tone(options.hertz ?? 440, 0.25);
  const encoder = await SoundEncoder.createOpus(64);
  const packets: Buffer[] = [];
  for (let block = 0; packets.length < 100; block += 1) {
    const samples = Float32Array.from({ length: 960 }, (_, at) => level(block * 960 + at));
    for (const { data } of encoder.encode(samples, samples)) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(data.length);
      packets.push(length, data);
    }
  }
  encoder.close();
  await writeFile(audio, Buffer.concat(packets));
  return { video, audio, fps: options.fps };
}

/** What a presenter asks: a socket of the product, or a media plane with the peer's id put in. */
export interface RoomDoor {
  request<Name extends RequestName>(name: Name, data: RequestData<Name>): Promise<RequestResult<Name>>;
}

export interface Presenting {
  id: string;
  joined: JoinedRoom;
  producerIds: { camera: string; microphone: string };
}

let lastSsrc = 50_000;

/** Enters a room that one may send in, and sends camera and microphone from files. */
export async function present(
  load: WebrtcLoad,
  door: RoomDoor,
  options: { room: RoomRef; files: PresenterFiles; displayName: string; id?: string; group?: string },
): Promise<Presenting> {
  const { room, files, displayName, id = crypto.randomUUID(), group = "presenters" } = options;
  const joined = await door.request("room:join", {
    room,
    peerKey: id,
    displayName,
    rtpCapabilities: viewerCapabilities,
  });
  return sendFiles(load, door, { joined, roomId: roomIdOf(room), files, id, group });
}

/** The same for who has entered already. @throws Error when the peer may not send */
export async function sendFiles(
  load: WebrtcLoad,
  door: RoomDoor,
  options: { joined: JoinedRoom; roomId: string; files: PresenterFiles; id: string; group?: string },
): Promise<Presenting> {
  const { joined, roomId, files, id, group = "presenters" } = options;
  const transport = joined.sendTransport;
  if (!transport) throw new Error("this peer never sends");
  lastSsrc += 10;
  const cname = `presenter-${id}`;
  const [audio, video] = [audioParameters(lastSsrc, cname), videoParameters(lastSsrc + 1, cname)];
  const send: SentFile[] = [
    { kind: "audio", file: files.audio, ssrc: lastSsrc, payloadType: 111, cname },
    {
      kind: "video",
      file: files.video,
      fps: files.fps,
      keepsPlace: files.keepsPlace,
      ssrc: lastSsrc + 1,
      payloadType: 96,
      cname,
    },
  ];
  const sdp = writeOffer(transport, [
    { kind: "audio", direction: "recvonly", rtpParameters: audio },
    { kind: "video", direction: "recvonly", rtpParameters: video },
  ]);
  const answer = await load.offer({ id, group, sdp, send });
  await door.request("room:connectTransport", {
    roomId,
    transportId: transport.id,
    dtlsParameters: readDtlsParameters(answer),
  });
  const produce = async (kind: "audio" | "video", rtpParameters: Record<string, unknown>) => {
    const source = kind === "audio" ? "microphone" : "camera";
    const asked = {
      roomId,
      transportId: transport.id,
      kind,
      source,
      rtpParameters,
      isPaused: false,
    } as const;
    return (await door.request("room:produce", asked)).producerId;
  };
  const [microphone, camera] = await Promise.all([produce("audio", audio), produce("video", video)]);
  return { id, joined, producerIds: { camera, microphone } };
}

function audioParameters(ssrc: number, cname: string) {
  return {
    mid: "0",
    codecs: [
      {
        mimeType: "audio/opus",
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: { minptime: 10, useinbandfec: 1 },
        rtcpFeedback: [],
      },
    ],
    headerExtensions: [],
    encodings: [{ ssrc }],
    rtcp: { cname, reducedSize: true },
  };
}

function videoParameters(ssrc: number, cname: string) {
  return {
    mid: "1",
    codecs: [
      {
        mimeType: "video/H264",
        payloadType: 96,
        clockRate: 90_000,
        parameters: { "packetization-mode": 1, "level-asymmetry-allowed": 1, "profile-level-id": "42e01f" },
        rtcpFeedback: [
          { type: "nack", parameter: "pli" },
          { type: "ccm", parameter: "fir" },
        ],
      },
    ],
    headerExtensions: [],
    encodings: [{ ssrc }],
    rtcp: { cname, reducedSize: true },
  };
}
