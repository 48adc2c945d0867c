/*
 * What a mediasoup server answers, as a complete SDP offer, and an SDP answer back as mediasoup's parameters: with it
 * any WebRTC client that takes an offer can enter the product's rooms without mediasoup-client.
 */
import type { ConsumerOptions, TransportOptions } from "../../../server/contract/rooms.ts";

interface Codec {
  mimeType: string;
  payloadType: number;
  clockRate: number;
  channels?: number;
  parameters?: Record<string, unknown>;
  rtcpFeedback?: { type: string; parameter?: string }[];
}

interface RtpParameters {
  mid?: string;
  codecs: Codec[];
  headerExtensions?: { uri: string; id: number }[];
  encodings?: { ssrc?: number; rtx?: { ssrc: number } }[];
  rtcp?: { cname?: string };
}

interface Candidate {
  foundation: string;
  protocol: string;
  priority: number;
  address?: string;
  ip: string;
  port: number;
  tcpType?: string;
}

export interface OfferedMedia {
  kind: "audio" | "video";
  /** As the client sees it: `recvonly` is what a server asks a presenter for. */
  direction: "sendonly" | "recvonly";
  rtpParameters: RtpParameters;
}

/** An offer of one bundled session. */
export function writeOffer(transport: TransportOptions, media: readonly OfferedMedia[]): string {
  const ice = transport.iceParameters as { usernameFragment: string; password: string };
  const candidates = transport.iceCandidates as unknown as Candidate[];
  const { fingerprints } = transport.dtlsParameters as {
    fingerprints: { algorithm: string; value: string }[];
  };
  const fingerprint = fingerprints.find(({ algorithm }) => algorithm === "sha-256") ?? fingerprints[0]!;
  const mids = media.map(({ rtpParameters }, index) => rtpParameters.mid ?? String(index));
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    `a=group:BUNDLE ${mids.join(" ")}`,
    ...media.flatMap(({ kind, direction, rtpParameters }, index) => [
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${rtpParameters.codecs.map((codec) => codec.payloadType).join(" ")}`,
      "c=IN IP4 0.0.0.0",
      `a=mid:${mids[index]}`,
      `a=${direction}`,
      "a=setup:actpass",
      "a=rtcp-mux",
      `a=ice-ufrag:${ice.usernameFragment}`,
      `a=ice-pwd:${ice.password}`,
      ...candidates.map(writeCandidate),
      "a=end-of-candidates",
      ...rtpParameters.codecs.flatMap(writeCodec),
      ...(rtpParameters.headerExtensions ?? []).map(({ id, uri }) => `a=extmap:${id} ${uri}`),
      ...writeSsrcs(rtpParameters),
    ]),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** What a viewer is offered. */
export function writeConsumersOffer(
  transport: TransportOptions,
  consumers: readonly ConsumerOptions[],
): string {
  return writeOffer(
    transport,
    consumers.map(({ kind, rtpParameters }) => ({
      kind,
      direction: "sendonly",
      rtpParameters: rtpParameters as unknown as RtpParameters,
    })),
  );
}

/** DTLS parameters of who answered: `role` is as they said, `client` for a=setup:active. */
export function readDtlsParameters(answer: string): {
  role: "client" | "server";
  fingerprints: { algorithm: "sha-256"; value: string }[];
} {
  const [, value] = answer.match(/^a=fingerprint:sha-256 (\S+)/m) ?? [];
  if (value === undefined) throw new Error("no sha-256 fingerprint in the answer");
  const role = /^a=setup:active/m.test(answer) ? "client" : "server";
  return { role, fingerprints: [{ algorithm: "sha-256", value: value.toUpperCase() }] };
}

function writeCandidate({ foundation, protocol, priority, address, ip, port, tcpType }: Candidate): string {
  const suffix = protocol === "tcp" ? ` tcptype ${tcpType ?? "passive"}` : "";
  return `a=candidate:${foundation} 1 ${protocol} ${priority} ${address ?? ip} ${port} typ host${suffix}`;
}

function writeCodec({
  mimeType,
  payloadType,
  clockRate,
  channels,
  parameters,
  rtcpFeedback,
}: Codec): string[] {
  const name = `${mimeType.split("/")[1]}/${clockRate}${channels && channels > 1 ? `/${channels}` : ""}`;
  const format = Object.entries(parameters ?? {}).map(([key, value]) => `${key}=${value}`);
  return [
    `a=rtpmap:${payloadType} ${name}`,
    ...(format.length > 0 ? [`a=fmtp:${payloadType} ${format.join(";")}`] : []),
    ...(rtcpFeedback ?? []).map(({ type, parameter }) =>
      `a=rtcp-fb:${payloadType} ${type} ${parameter ?? ""}`.trim(),
    ),
  ];
}

function writeSsrcs({ encodings, rtcp }: RtpParameters): string[] {
  return (encodings ?? []).flatMap(({ ssrc, rtx }) => {
    if (ssrc === undefined) return [];
    const cname = `cname:${rtcp?.cname ?? "-"}`;
    const repair = rtx ? [`a=ssrc-group:FID ${ssrc} ${rtx.ssrc}`, `a=ssrc:${rtx.ssrc} ${cname}`] : [];
    return [`a=ssrc:${ssrc} ${cname}`, ...repair];
  });
}
