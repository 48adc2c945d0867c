import type { ProducerSource } from "../../server/contract/rtp.ts";
import type { Room } from "../sfu/room.ts";
import type { Participant, Picture } from "./choose-scene.ts";
import type { MixerSession } from "./mixer-session.ts";
import type { SourceFeed } from "./source-feed.ts";

/** Those in the programme, in the order in which they came, with what of theirs can be shown and heard now. */
export function lookAtParticipants(backstage: Room, session: MixerSession | null): Participant[] {
  const feeds = [...(session?.feeds.values() ?? [])].filter((feed) => !feed.isPaused);
  return backstage.roster.all().flatMap((view) => {
    if (!view.isInProgramme) return [];
    const feedOf = (source: ProducerSource) =>
      feeds.find((feed) => feed.of.peerId === view.peerId && feed.of.source === source) ?? null;
    return [
      {
        peerId: view.peerId,
        label: view.displayName,
        camera: pictureOf(feedOf("camera")),
        screen: pictureOf(feedOf("screen")),
        microphone: feedOf("microphone")?.sourceId ?? null,
      },
    ];
  });
}

/** Names of those in the programme whose pictures came and stopped coming without their doing. */
export function listLostNames(backstage: Room, session: MixerSession | null): string[] {
  const lost = [...(session?.feeds.values() ?? [])].filter(
    (feed) => feed.kind === "video" && !feed.isPaused && feed.hasStalled && feed.readySinceMs === null,
  );
  return backstage.roster
    .all()
    .filter((view) => view.isInProgramme && lost.some((feed) => feed.of.peerId === view.peerId))
    .map((view) => view.displayName.slice(0, 80))
    .slice(0, 4);
}

function pictureOf(feed: SourceFeed | null): Picture | null {
  if (feed?.readySinceMs == null) return null;
  return { sourceId: feed.sourceId, readySinceMs: feed.readySinceMs, hasStalled: feed.hasStalled };
}
