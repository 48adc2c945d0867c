import type { ConsumerOptions, TransportOptions } from "../../../server/contract/rooms.ts";

/*
 * A receiving transport as an SDP offer (RFC 8829), without a library: the audience knows beforehand what comes, so
 * the thirty kilobytes that can say everything are not needed. Mirrors what mediasoup-client's handlers write.
 */

/** The parts of mediasoup's structures that an offer says; the contract bounds them, mediasoup has checked them. */
interface Codec {
  mimeType: string;
  payloadType: number;
  clockRate: number;
  channels?: number;
  parameters?: Record<string, unknown>;
  rtcpFeedback?: { type: string; parameter?: string }[];
}
interface Rtp {
  codecs: Codec[];
  headerExtensions: { uri: string; id: number }[];
  encodings: { ssrc: number; rtx?: { ssrc: number } }[];
  rtcp: { cname: string };
}
interface Candidate {
  foundation: string;
  protocol: string;
  priority: number;
  address: string;
  port: number;
  type: string;
  tcpType?: string;
}

export interface ReceivedSection {
  kind: ConsumerOptions["kind"];
  rtpParameters: ConsumerOptions["rtpParameters"];
}

export interface Offer {
  transport: TransportOptions;
  /** In the order in which they first came; an index is a section's mid. */
  sections: readonly ReceivedSection[];
  /** Grows with every offer of a connection. */
  version: number;
}

export function writeOffer({ transport, sections, version }: Offer): string {
  const { fingerprints } = transport.dtlsParameters as {
    fingerprints: { algorithm: string; value: string }[];
  };
  const fingerprint = fingerprints.find((one) => one.algorithm === "sha-256") ?? fingerprints[0]!;
  const lines = [
    "v=0",
    `o=- 1 ${version} IN IP4 0.0.0.0`,
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    "a=extmap-allow-mixed",
    "a=msid-semantic:WMS *",
    `a=group:BUNDLE ${sections.map((_, mid) => mid).join(" ")}`,
    ...sections.flatMap((section, mid) => sectionLines(section, mid, transport)),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function sectionLines(
  { kind, rtpParameters }: ReceivedSection,
  mid: number,
  { iceParameters, iceCandidates }: TransportOptions,
): string[] {
  const { codecs, headerExtensions, encodings, rtcp } = rtpParameters as unknown as Rtp;
  return [
    `m=${kind} 7 UDP/TLS/RTP/SAVPF ${codecs.map((one) => one.payloadType).join(" ")}`,
    "c=IN IP4 127.0.0.1",
    `a=mid:${mid}`,
    "a=sendonly",
    "a=setup:actpass",
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    ...iceCandidates.map((one) => candidateLine(one as unknown as Candidate)),
    "a=end-of-candidates",
    "a=rtcp-mux",
    "a=rtcp-rsize",
    ...codecs.flatMap(codecLines),
    ...headerExtensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    // One stream for both, so that the browser keeps sound and picture together.
    `a=msid:programme ${kind}`,
    ...encodings.slice(0, 1).flatMap((encoding) => sourceLines(encoding, rtcp.cname)),
  ];
}

function candidateLine(one: Candidate): string {
  const tcp = one.tcpType ? ` tcptype ${one.tcpType}` : "";
  return `a=candidate:${one.foundation} 1 ${one.protocol} ${one.priority} ${one.address} ${one.port} typ ${one.type}${tcp}`;
}

function codecLines(codec: Codec): string[] {
  const { mimeType, payloadType, clockRate, channels = 1, parameters = {}, rtcpFeedback = [] } = codec;
  const name = mimeType.slice(mimeType.indexOf("/") + 1);
  const settings = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  return [
    `a=rtpmap:${payloadType} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ""}`,
    ...(settings.length > 0 ? [`a=fmtp:${payloadType} ${settings.join(";")}`] : []),
    ...rtcpFeedback.map(({ type, parameter }) =>
      `a=rtcp-fb:${payloadType} ${type} ${parameter ?? ""}`.trimEnd(),
    ),
  ];
}

function sourceLines({ ssrc, rtx }: Rtp["encodings"][number], cname: string): string[] {
  return [
    `a=ssrc:${ssrc} cname:${cname}`,
    ...(rtx ? [`a=ssrc:${rtx.ssrc} cname:${cname}`, `a=ssrc-group:FID ${ssrc} ${rtx.ssrc}`] : []),
  ];
}
