import { z } from "zod";

/*
 * mediasoup's RTP structures pass as typed but size-limited objects: mediasoup validates them itself
 * (its ortc module), we only bound them.
 */
const small = (what: string) =>
  z.record(z.string().max(64), z.unknown()).refine((value) => JSON.stringify(value).length <= 24_000, {
    message: `${what} is too large`,
  });

export const RtpCapabilities = small("rtpCapabilities");
/** What the node reads of a page's capabilities before mediasoup has looked at them. */
const ReadCapabilities = z.looseObject({
  codecs: z.array(z.looseObject({ rtcpFeedback: z.array(z.looseObject({})).optional() })),
  headerExtensions: z.array(z.looseObject({})).optional(),
});
/** Of a page that receives. */
export const ReceiverRtpCapabilities = RtpCapabilities.refine(
  (value) => ReadCapabilities.safeParse(value).success,
  "codecs and headerExtensions are lists of objects",
);
export const RtpParameters = small("rtpParameters");
export const DtlsParameters = small("dtlsParameters");
/** Of a page that receives: it is the DTLS client. Hexadecimal in capitals, as mediasoup's worker compares it. */
export const ReceiverDtlsParameters = z.strictObject({
  role: z.literal("client"),
  fingerprints: z
    .array(
      z.strictObject({
        algorithm: z.enum(["sha-256", "sha-384", "sha-512"]),
        value: z.string().regex(/^[0-9A-F]{2}(?::[0-9A-F]{2}){31,63}$/),
      }),
    )
    .min(1)
    .max(3),
});
export const IceParameters = small("iceParameters");
export const IceCandidates = z.array(small("iceCandidate")).max(32);

export const MediaKind = z.enum(["audio", "video"]);
export type MediaKind = z.infer<typeof MediaKind>;

/** What a producer carries. */
export const ProducerSource = z.enum(["microphone", "camera", "screen", "programme"]);
export type ProducerSource = z.infer<typeof ProducerSource>;
