import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { build } from "vite";
import type { MediaRequestName } from "../../server/contract/media.ts";
import type { MediaPlane } from "../../server/contract/media-plane.ts";
import type { JoinedRoom } from "../../server/contract/rooms.ts";
import { routerRtpCapabilities } from "../../server/contract/router-capabilities.ts";

/*
 * A participant with real WebRTC: a Chromium page with mediasoup-client that talks to a media plane directly, in
 * place of server and interface.
 */

const PAGE_URL = "http://localhost/media-peer";
let script: Promise<string> | undefined;

export interface ChromiumOptions {
  /** y4m and wav that its camera and microphone give. */
  video?: string;
  audio?: string;
  executablePath?: string;
  args?: string[];
}

export function launchChromium(fake: ChromiumOptions = {}): Promise<Browser> {
  const ownMaterial = [
    ...(fake.args ?? []),
    ...(fake.video ? [`--use-file-for-fake-video-capture=${fake.video}`] : []),
    ...(fake.audio ? [`--use-file-for-fake-audio-capture=${fake.audio}`] : []),
  ];
  return chromium.launch({
    executablePath: fake.executablePath ?? process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
      "--allow-loopback-in-peer-connection",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
      ...ownMaterial,
    ],
  });
}

export interface MediaPeerOptions {
  role: "host" | "speaker" | "staff" | "visitor" | "attendee";
  speakRight?: "none" | "voice" | "picture";
  displayName?: string;
  /** The empty page, before it has a script. */
  prepare?: (page: Page) => Promise<unknown>;
}

export class MediaPeer {
  readonly peerId = randomUUID();
  readonly page: Page;
  readonly roomId: string;
  joined!: JoinedRoom;
  readonly #plane: MediaPlane;
  readonly #undo: (() => void)[];

  /** A page in the room, receiving all that is sent there. */
  static async create(
    browser: Browser,
    plane: MediaPlane,
    roomId: string,
    options: MediaPeerOptions,
  ): Promise<MediaPeer> {
    const page = await browser.newPage();
    const peer = new MediaPeer(page, plane, roomId);
    await options.prepare?.(page);
    await page.route(PAGE_URL, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>peer</title><body></body>" }),
    );
    await page.goto(PAGE_URL);
    await page.exposeFunction("askPlane", (name: MediaRequestName, data: never) => plane.request(name, data));
    script ??= bundle();
    await page.addScriptTag({ content: await script });
    await peer.enter(options);
    return peer;
  }

  private constructor(page: Page, plane: MediaPlane, roomId: string) {
    this.page = page;
    this.roomId = roomId;
    this.#plane = plane;
    const isMine = (data: { roomId: string; toPeerId: string }) =>
      data.roomId === roomId && data.toPeerId === this.peerId && !page.isClosed();
    this.#undo = [
      plane.onNotice("room:consumerOpened", (data) => {
        if (isMine(data))
          void page.evaluate(([room, consumer]) => window.peer.consume(room, consumer), [
            roomId,
            data.consumer,
          ] as const);
      }),
      plane.onNotice("room:consumerClosed", (data) => {
        if (isMine(data))
          void page.evaluate(([room, id]) => window.peer.close(room, id), [roomId, data.consumerId] as const);
      }),
    ];
  }

  async enter({ role, speakRight = "none", displayName = "Aino" }: MediaPeerOptions): Promise<void> {
    const data = { roomId: this.roomId, peerId: this.peerId, role, speakRight, displayName };
    this.joined = await this.page.evaluate(
      ([data, capabilities]) => window.peer.join(data, capabilities as never),
      [data, routerRtpCapabilities] as const,
    );
  }

  sendCamera(size = { width: 320, height: 180, frameRate: 15 }): Promise<string> {
    return this.page.evaluate(([roomId, size]) => window.peer.sendCamera(roomId, size), [
      this.roomId,
      size,
    ] as const);
  }

  sendMicrophone(): Promise<string> {
    return this.page.evaluate((roomId) => window.peer.sendMicrophone(roomId), this.roomId);
  }

  sendScreen(colour: string): Promise<string> {
    return this.page.evaluate(([roomId, colour]) => window.peer.sendScreen(roomId, colour), [
      this.roomId,
      colour,
    ] as const);
  }

  stats(): Promise<Record<string, unknown>[]> {
    return this.page.evaluate((roomId) => window.peer.readStats(roomId), this.roomId);
  }

  async close(): Promise<void> {
    for (const undo of this.#undo) undo();
    await this.#plane
      .request("room:leave", { roomId: this.roomId, peerId: this.peerId })
      .catch(() => undefined);
    await this.page.close();
  }
}

async function bundle(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"test"', "process.env.DEBUG": '""' },
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(new URL("./media-peer-page.ts", import.meta.url)),
        formats: ["iife"],
        name: "mediaPeer",
      },
    },
  });
  const [first] = Array.isArray(output) ? output : [output];
  if (!first || !("output" in first)) throw new Error("the page's script was not built");
  return first.output[0].code;
}
