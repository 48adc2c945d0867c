import { expect, test } from "vitest";
import { writeOffer } from "../../../../client/src/room/receive-sdp.ts";

const transport = {
  id: "t",
  iceParameters: { usernameFragment: "ufrag", password: "secret", iceLite: true },
  iceCandidates: [
    {
      foundation: "udp",
      protocol: "udp",
      priority: 9,
      address: "192.0.2.1",
      ip: "192.0.2.1",
      port: 40,
      type: "host",
    },
    {
      foundation: "tcp",
      protocol: "tcp",
      priority: 8,
      address: "192.0.2.1",
      ip: "192.0.2.1",
      port: 40,
      type: "host",
      tcpType: "passive",
    },
  ],
  dtlsParameters: {
    role: "server",
    fingerprints: [
      { algorithm: "sha-1", value: "AA:BB" },
      { algorithm: "sha-256", value: "CC:DD" },
    ],
  },
};
const sound = {
  kind: "audio" as const,
  rtpParameters: {
    codecs: [
      {
        mimeType: "audio/opus",
        payloadType: 100,
        clockRate: 48_000,
        channels: 2,
        parameters: { useinbandfec: 1, "sprop-stereo": 1 },
        rtcpFeedback: [{ type: "nack", parameter: "" }],
      },
    ],
    headerExtensions: [],
    encodings: [{ ssrc: 11 }],
    rtcp: { cname: "c" },
  },
};
const picture = {
  kind: "video" as const,
  rtpParameters: {
    codecs: [
      {
        mimeType: "video/H264",
        payloadType: 101,
        clockRate: 90_000,
        parameters: { "packetization-mode": 1 },
        rtcpFeedback: [{ type: "nack", parameter: "pli" }],
      },
      {
        mimeType: "video/rtx",
        payloadType: 102,
        clockRate: 90_000,
        parameters: { apt: 101 },
        rtcpFeedback: [],
      },
    ],
    headerExtensions: [{ uri: "urn:x", id: 3 }],
    encodings: [{ ssrc: 21, rtx: { ssrc: 22 } }],
    rtcp: { cname: "c" },
  },
};

/** Of one section or, first, of the session. */
function split(sdp: string): string[][] {
  expect(sdp.endsWith("\r\n")).toBe(true);
  return sdp
    .trimEnd()
    .split(/\r\n(?=m=)/)
    .map((part) => part.split("\r\n"));
}

test("says the server's strongest fingerprint and bundles all sections", () => {
  const [session] = split(writeOffer({ transport, sections: [sound, picture], version: 3 }));
  expect(session).toContain("o=- 1 3 IN IP4 0.0.0.0");
  expect(session).toContain("a=fingerprint:sha-256 CC:DD");
  expect(session).toContain("a=group:BUNDLE 0 1");
  expect(session).toContain("a=ice-lite");
});

test("says of sound what is needed to receive it", () => {
  const [, section] = split(writeOffer({ transport, sections: [sound, picture], version: 1 }));
  expect(section![0]).toBe("m=audio 7 UDP/TLS/RTP/SAVPF 100");
  for (const line of [
    "a=mid:0",
    "a=sendonly",
    "a=ice-ufrag:ufrag",
    "a=ice-pwd:secret",
    "a=candidate:udp 1 udp 9 192.0.2.1 40 typ host",
    "a=candidate:tcp 1 tcp 8 192.0.2.1 40 typ host tcptype passive",
    "a=rtpmap:100 opus/48000/2",
    "a=fmtp:100 useinbandfec=1;sprop-stereo=1",
    "a=rtcp-fb:100 nack",
    "a=ssrc:11 cname:c",
  ])
    expect(section).toContain(line);
});

test("ties the repeated packets to the picture that they repeat", () => {
  const [, , section] = split(writeOffer({ transport, sections: [sound, picture], version: 1 }));
  expect(section![0]).toBe("m=video 7 UDP/TLS/RTP/SAVPF 101 102");
  for (const line of [
    "a=mid:1",
    "a=rtpmap:101 H264/90000",
    "a=rtcp-fb:101 nack pli",
    "a=fmtp:102 apt=101",
    "a=extmap:3 urn:x",
    "a=ssrc-group:FID 21 22",
  ])
    expect(section).toContain(line);
});
