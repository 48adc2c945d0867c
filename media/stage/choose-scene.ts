import type { Scene } from "../mixer/mixer-messages.ts";

/** Somebody in the programme with what they have that can be shown or heard now: not muted, not stalled. */
export interface Participant {
  peerId: string;
  label: string;
  camera: Picture | null;
  screen: Picture | null;
  /** Source id. */
  microphone: string | null;
}

export interface Picture {
  sourceId: string;
  /** Pictures have come without a break since then, ms. */
  readySinceMs: number;
  /** It was lost before: it must prove itself until it is shown again. */
  hasStalled: boolean;
}

export interface SceneInput {
  /** In the order in which they came. */
  participants: Participant[];
  activePeerId: string | null;
  /** Source of the video item on air. */
  videoSourceId: string | null;
  nowMs: number;
}

export interface SceneMemory {
  /** Peers whose cameras are in the picture, by place. */
  shownPeerIds: string[];
  /** When the choice among the speakers last changed. */
  changedAtMs: number;
  /** When each peer was last the active speaker. */
  spokeAtMs: Record<string, number>;
  screenSourceId: string | null;
}

export interface SceneChoice {
  scene: Scene;
  memory: SceneMemory;
  /** Choose again after so long even if nothing changes; `null`: nothing is pending. */
  recheckInMs: number | null;
}

export const freshMemory: SceneMemory = {
  shownPeerIds: [],
  changedAtMs: Number.NEGATIVE_INFINITY,
  spokeAtMs: {},
  screenSourceId: null,
};

/** A face stays at least so long before another takes its place by speaking. */
export const SPEAKER_HOLD_MS = 2_500;
/** A picture that came back is shown after so long without a break: no flicker from a bad line. */
export const RETURN_HOLD_MS = 1_000;
const MAX_FACES = 4;

/**
 * The automatic vision mixer: a screen with its speaker, else the faces, else the slate; a video item covers all.
 * Who speaks decides only between more faces than there are places. Pure.
 */
export function chooseScene(input: SceneInput, before: SceneMemory): SceneChoice {
  const { participants, activePeerId, nowMs } = input;
  const present = new Set(participants.map((participant) => participant.peerId));
  const spokeAtMs = Object.fromEntries(
    Object.entries(before.spokeAtMs).filter(([peerId]) => present.has(peerId)),
  );
  if (activePeerId !== null && present.has(activePeerId)) spokeAtMs[activePeerId] = nowMs;
  const memory: SceneMemory = { ...before, spokeAtMs };

  if (input.videoSourceId !== null) {
    const { videoSourceId } = input;
    const pictures = [{ sourceId: videoSourceId, label: "" }];
    return { scene: { layout: "video", pictures, audible: [videoSourceId] }, memory, recheckInMs: null };
  }

  const audible = participants.flatMap(({ microphone }) => (microphone === null ? [] : [microphone]));
  const isReady = (picture: Picture | null) => picture !== null && readyInMs(picture, nowMs) <= 0;
  const faces = participants.filter((participant) => isReady(participant.camera));
  const screen = chooseScreen(participants, memory.screenSourceId, isReady);
  const shown = chooseFaces(faces, screen ? 1 : MAX_FACES, memory, {
    activePeerId,
    nowMs,
    owner: screen?.peerId,
  });
  const hasChanged = shown.join() !== before.shownPeerIds.join();
  memory.shownPeerIds = shown;
  memory.screenSourceId = screen?.screen?.sourceId ?? null;
  if (hasChanged) memory.changedAtMs = nowMs;

  const pictures = shown.flatMap((peerId) => {
    const face = faces.find((candidate) => candidate.peerId === peerId);
    return face?.camera ? [{ sourceId: face.camera.sourceId, label: face.label }] : [];
  });
  if (screen?.screen) pictures.unshift({ sourceId: screen.screen.sourceId, label: "" });
  const layout = screen ? "slides-with-speaker" : layoutOf(pictures.length);
  return { scene: { layout, pictures, audible }, memory, recheckInMs: recheckInMs(input, memory) };
}

function layoutOf(faceCount: number): Scene["layout"] {
  if (faceCount === 0) return "slate";
  if (faceCount === 1) return "full";
  return faceCount === 2 ? "side-by-side" : "interview";
}

/** The screen on air stays while it is there; else the newest. */
function chooseScreen(
  participants: Participant[],
  currentSourceId: string | null,
  isReady: (picture: Picture | null) => boolean,
): Participant | null {
  const sharing = participants.filter((participant) => isReady(participant.screen));
  const current = sharing.find((participant) => participant.screen?.sourceId === currentSourceId);
  const newest = sharing.toSorted((a, b) => b.screen!.readySinceMs - a.screen!.readySinceMs)[0];
  return current ?? newest ?? null;
}

function chooseFaces(
  faces: Participant[],
  places: number,
  memory: SceneMemory,
  { activePeerId, nowMs, owner }: { activePeerId: string | null; nowMs: number; owner: string | undefined },
): string[] {
  const order = faces.map((face) => face.peerId);
  if (order.length <= places) return order;
  const spokeAt = (peerId: string) => memory.spokeAtMs[peerId] ?? Number.NEGATIVE_INFINITY;
  let chosen = memory.shownPeerIds.filter((peerId) => order.includes(peerId)).slice(0, places);
  const isFull = chosen.length === places;
  const mayReplace = nowMs - memory.changedAtMs >= SPEAKER_HOLD_MS;
  if (
    isFull &&
    mayReplace &&
    activePeerId &&
    order.includes(activePeerId) &&
    !chosen.includes(activePeerId)
  ) {
    const quietest = chosen.toSorted((a, b) => spokeAt(a) - spokeAt(b))[0];
    chosen = chosen.map((peerId) => (peerId === quietest ? activePeerId : peerId));
  }
  // Free places go to who spoke last, then to the screen's owner, then to who came first.
  const rank = (peerId: string) => [spokeAt(peerId), peerId === owner ? 1 : 0] as const;
  const waiting = order
    .filter((peerId) => !chosen.includes(peerId))
    .toSorted((a, b) => compare(rank(b)[0], rank(a)[0]) || rank(b)[1] - rank(a)[1]);
  return [...chosen, ...waiting].slice(0, places);
}

function readyInMs(picture: Picture, nowMs: number): number {
  return picture.hasStalled ? picture.readySinceMs + RETURN_HOLD_MS - nowMs : 0;
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function recheckInMs({ participants, activePeerId, nowMs }: SceneInput, memory: SceneMemory): number | null {
  const waits = participants.flatMap(({ camera, screen }) =>
    [camera, screen].flatMap((picture) => (picture ? [readyInMs(picture, nowMs)] : [])),
  );
  const speakerWaits =
    activePeerId !== null &&
    memory.shownPeerIds.length > 0 &&
    !memory.shownPeerIds.includes(activePeerId) &&
    participants.some((participant) => participant.peerId === activePeerId && participant.camera);
  if (speakerWaits) waits.push(memory.changedAtMs + SPEAKER_HOLD_MS - nowMs);
  const pending = waits.filter((wait) => wait > 0);
  return pending.length === 0 ? null : Math.min(...pending);
}
