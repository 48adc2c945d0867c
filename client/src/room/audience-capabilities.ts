/*
 * What an attendee's browser receives, said without asking it: every one that has WebRTC has Opus, and H.264 is asked
 * for. No header extension is named: without one that carries the mid, packets belong to what the offer says of
 * their SSRC, and a new stream takes the place of the old one in the same track.
 */
export const audienceCapabilities: Record<string, unknown> = {
  codecs: [
    {
      kind: "audio",
      mimeType: "audio/opus",
      clockRate: 48_000,
      channels: 2,
      preferredPayloadType: 100,
      parameters: { useinbandfec: 1 },
      rtcpFeedback: [{ type: "nack", parameter: "" }],
    },
    {
      kind: "video",
      mimeType: "video/H264",
      clockRate: 90_000,
      preferredPayloadType: 101,
      parameters: { "level-asymmetry-allowed": 1, "packetization-mode": 1, "profile-level-id": "42e01f" },
      rtcpFeedback: [
        { type: "nack", parameter: "" },
        { type: "nack", parameter: "pli" },
        { type: "ccm", parameter: "fir" },
      ],
    },
    {
      kind: "video",
      mimeType: "video/rtx",
      clockRate: 90_000,
      preferredPayloadType: 102,
      parameters: { apt: 101 },
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [],
};

/** False where the programme could be heard but not seen, or WebRTC is not there at all. */
export function canReceiveProgramme(): boolean {
  if (typeof RTCPeerConnection === "undefined") return false;
  const { codecs = [] } = globalThis.RTCRtpReceiver?.getCapabilities?.("video") ?? {};
  return codecs.some((codec) => codec.mimeType.toLowerCase() === "video/h264");
}
