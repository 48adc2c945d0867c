import { z } from "zod";

/** Database ids are UUIDs; slugs are what people see in addresses. */
export const Id = z.uuid();
export const EventId = Id;
export const StageId = Id;
export const BoothId = Id;
export const PresentationId = Id;
export const BroadcastId = Id;
export const RecordingId = Id;
export const MediaId = Id;
export const MaterialId = Id;
export const MessageId = Id;

export const Slug = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);

/** Ids that mediasoup makes (transports, producers, consumers): UUIDs too, but theirs. */
export const MediaObjectId = z.string().min(1).max(64);

/** One participant in one room; made by the server from the client's `peerKey`, stable over reconnects. */
export const PeerId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

/** Random key a browser tab keeps, so that its return replaces its earlier self. */
export const PeerKey = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);

/** Gapless, per room, starts at 1. */
export const Seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** SHA-256 of a join link's token in hexadecimal: names the link and opens nothing. */
export const LinkId = z.string().regex(/^[0-9a-f]{64}$/);

/** File names that are served out of a folder (design rule 9). */
export const ServedFileName = z.string().regex(/^[a-z0-9_-]{1,64}\.[a-z0-9]{2,4}$/);

/** An instant on the wire: ISO 8601 in UTC. */
export const Instant = z.iso.datetime();

export const Language = z.enum(["fi", "sv", "en"]);
export type Language = z.infer<typeof Language>;

/** A text in the three languages; `fi` is always there, the others may be empty and fall back to it. */
export const LocalText = z.strictObject({
  fi: z.string().max(4000),
  sv: z.string().max(4000),
  en: z.string().max(4000),
});
export type LocalText = z.infer<typeof LocalText>;

export const ShortLocalText = z.strictObject({
  fi: z.string().trim().min(1).max(200),
  sv: z.string().trim().max(200),
  en: z.string().trim().max(200),
});

export const DisplayName = z.string().trim().min(1).max(60);
