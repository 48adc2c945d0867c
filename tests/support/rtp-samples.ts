import type { z } from "zod";
import { routerRtpCapabilities } from "../../server/contract/router-capabilities.ts";
import type { ReceiverDtlsParameters } from "../../server/contract/rtp.ts";

/** RTP parameters as a browser's mediasoup-client makes them, without a browser. */

export const browserCapabilities = structuredClone(routerRtpCapabilities);

let lastSsrc = 1_000_000;

export function microphoneParameters(cname = "peer"): Record<string, unknown> {
  lastSsrc += 10;
  return {
    mid: "0",
    codecs: [
      {
        mimeType: "audio/opus",
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: { minptime: 10, useinbandfec: 1 },
        rtcpFeedback: [{ type: "transport-cc", parameter: "" }],
      },
    ],
    headerExtensions: [
      { uri: "urn:ietf:params:rtp-hdrext:ssrc-audio-level", id: 10, encrypt: false, parameters: {} },
    ],
    encodings: [{ ssrc: lastSsrc, dtx: false }],
    rtcp: { cname, reducedSize: true },
  };
}

/** A `mid` belongs to one producer of a transport: pass another for the screen. */
export function cameraParameters(mid = "1", cname = "peer"): Record<string, unknown> {
  lastSsrc += 10;
  return {
    mid,
    codecs: [
      {
        mimeType: "video/H264",
        payloadType: 96,
        clockRate: 90_000,
        parameters: { "packetization-mode": 1, "level-asymmetry-allowed": 1, "profile-level-id": "42e01f" },
        rtcpFeedback: [
          { type: "nack", parameter: "" },
          { type: "nack", parameter: "pli" },
          { type: "transport-cc", parameter: "" },
        ],
      },
      {
        mimeType: "video/rtx",
        payloadType: 97,
        clockRate: 90_000,
        parameters: { apt: 96 },
        rtcpFeedback: [],
      },
    ],
    headerExtensions: [],
    encodings: [{ ssrc: lastSsrc, rtx: { ssrc: lastSsrc + 1 } }],
    rtcp: { cname, reducedSize: true },
  };
}

export const browserDtls: z.infer<typeof ReceiverDtlsParameters> = {
  role: "client",
  fingerprints: [
    {
      algorithm: "sha-256",
      value: Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, "0").toUpperCase()).join(
        ":",
      ),
    },
  ],
};
