import type { types } from "mediasoup";

type RtpCapabilities = types.RtpCapabilities;

/** Of `routerMediaCodecs`. */
export const OPUS_PAYLOAD_TYPE = 100;
export const H264_PAYLOAD_TYPE = 101;

const BANDWIDTH_FEEDBACK = new Set(["transport-cc", "goog-remb"]);
const BANDWIDTH_EXTENSIONS = new Set([
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
]);

/**
 * The same capabilities without bandwidth estimation: what an audience negotiates. One stream for all needs none
 * (NACK and PLI stay), and estimating costs the worker 1.6 to 1.9 × per packet (measured).
 */
export function withoutBandwidthEstimation(capabilities: RtpCapabilities): RtpCapabilities {
  return {
    codecs: capabilities.codecs?.map((codec) => ({
      ...codec,
      rtcpFeedback: codec.rtcpFeedback?.filter((feedback) => !BANDWIDTH_FEEDBACK.has(feedback.type)),
    })),
    headerExtensions: capabilities.headerExtensions?.filter(({ uri }) => !BANDWIDTH_EXTENSIONS.has(uri)),
  };
}

/** What the mixer's RTP reader takes: the two codecs as they are, key frames on request, no extensions, no RTX. */
export function mixerCapabilities(routerCapabilities: RtpCapabilities): RtpCapabilities {
  const codecs = routerCapabilities.codecs ?? [];
  return {
    codecs: codecs
      .filter((codec) => !codec.mimeType.toLowerCase().endsWith("/rtx"))
      .map((codec) => ({
        ...codec,
        rtcpFeedback: codec.rtcpFeedback?.filter(
          ({ type, parameter }) =>
            (type === "nack" && parameter === "pli") || (type === "ccm" && parameter === "fir"),
        ),
      })),
    headerExtensions: [],
  };
}
