import { flushCompileCache } from "node:module";
import { AV_LOG_FATAL } from "node-av/constants";
import { Log } from "node-av/lib";
import { Mixer } from "./mixer.ts";
import type { MixerCommand, MixerNotice } from "./mixer-messages.ts";
import { removeStaleFolders } from "./picture/drawing-folder.ts";
import { raisePriority } from "./raise-priority.ts";

/*
 * The mixer's process: a child of the media node, which alone decides about its life. It ends with `close`,
 * with SIGTERM, and at once when its parent is gone.
 */

/** What is not ended by then is cut off. */
const CLOSE_DEADLINE_MS = 900;

Log.setLevel(AV_LOG_FATAL);
raisePriority();
removeStaleFolders().catch(() => undefined);
// Node writes it at an orderly end only, which a process that is killed does not have.
flushCompileCache();

let mixer: Promise<Mixer> | null = null;
let isClosing = false;

/** Resolves when all notices so far are written. */
let written = Promise.resolve();

function notify(notice: MixerNotice): void {
  if (!process.connected) return;
  written = new Promise((resolve) => {
    process.send!(notice, undefined, undefined, () => resolve());
  });
}

async function start(command: Extract<MixerCommand, { type: "start" }>): Promise<void> {
  if (mixer) return;
  mixer = Mixer.create(command.config, (notice) => {
    notify(notice);
    if (notice.type === "failed") void close(1);
  });
  await mixer;
  notify({ type: "started" });
}

async function obey(command: MixerCommand): Promise<void> {
  if (command.type === "start") return start(command);
  if (command.type === "close") return close(0);
  const started = await mixer;
  if (!started || isClosing) return;
  switch (command.type) {
    case "addSource":
      return started.addSource(command);
    case "removeSource":
      return started.removeSource(command.sourceId);
    case "setScene":
      return started.setScene(command.scene);
    case "setSlate":
      return started.setSlate(command.slate);
    case "startPackaging":
      return started.startPackaging(command);
    case "stopPackaging":
      return started.stopPackaging();
    case "requestKeyFrame":
      return started.requestKeyFrame(command.rung);
  }
}

async function close(code: number): Promise<void> {
  if (isClosing) return;
  isClosing = true;
  setTimeout(() => process.exit(code), CLOSE_DEADLINE_MS).unref();
  const started = await mixer?.catch(() => null);
  await started?.close();
  await written;
  process.exit(code);
}

async function fail(error: Error): Promise<void> {
  console.error(error.stack ?? error.message);
  notify({ type: "failed", reason: error.message });
  await close(1);
}

process.on("message", (command: MixerCommand) => void obey(command).catch(fail));
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => void close(0));
// Ctrl-C goes to the whole group of processes; the parent decides what it means.
process.on("SIGINT", () => {});
process.on("uncaughtException", (error) => void fail(error));
process.on(
  "unhandledRejection",
  (error) => void fail(error instanceof Error ? error : new Error(String(error))),
);
