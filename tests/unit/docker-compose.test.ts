import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readMediaConfig } from "../../media/config.ts";
import { ROOT_DIR, readConfig, settings } from "../../server/config.ts";

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  depends_on?: string[] | Record<string, unknown>;
  build?: string;
  init?: boolean;
  restart?: string;
  healthcheck?: { test: string[] };
}
const GIVEN: Record<string, string> = {
  TORILLA_DOMAIN: "messut.example.org",
  TORILLA_ANNOUNCED_ADDRESS: "203.0.113.10",
  TORILLA_SECRET: "a".repeat(64),
  TORILLA_MEDIA_SECRET: "b".repeat(64),
  POSTGRES_PASSWORD: "c".repeat(64),
};

const read = (file: string) => readFileSync(join(ROOT_DIR, file), "utf8");
const text = read("docker-compose.yml");
const asked = new Set<string>();
/** As `docker compose` fills in `${NAME:?why}`; it refuses to start where NAME is not given. */
const filled = text.replaceAll(/\$\{([A-Z_]+):\?[^}]*\}/g, (_all, name: string) => {
  asked.add(name);
  return GIVEN[name] ?? "";
});
const compose = parse(filled) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const { front, server, media, postgres, redis } = compose.services as Record<
  "front" | "server" | "media" | "postgres" | "redis",
  Service
>;

function environmentOf(service: Service): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

describe("docker-compose.yml", () => {
  it("has server, media node, PostgreSQL, Redis and a TLS front, all wired to what exists", () => {
    expect(Object.keys(compose.services).sort()).toEqual(["front", "media", "postgres", "redis", "server"]);
    for (const service of Object.values(compose.services)) {
      const needed = Array.isArray(service.depends_on)
        ? service.depends_on
        : Object.keys(service.depends_on ?? {});
      for (const name of needed) expect(compose.services).toHaveProperty(name);
      for (const volume of service.volumes ?? []) {
        const [source = ""] = volume.split(":");
        if (source.startsWith("./")) expect(existsSync(join(ROOT_DIR, source))).toBe(true);
        else expect(compose.volumes).toHaveProperty(source);
      }
    }
  });

  it("asks for every value that has no safe default, and says so at its head", () => {
    expect([...asked].sort()).toEqual(Object.keys(GIVEN).sort());
    expect(filled).not.toContain("${");
    const head = text.slice(0, text.indexOf("services:"));
    for (const name of asked) expect(head).toContain(name);
  });

  it("gives the server settings that config.ts knows and accepts", () => {
    const environment = environmentOf(server);
    for (const name of Object.keys(environment)) expect(settings).toHaveProperty(name);
    const config = readConfig(environment);
    expect(config.warnings).toEqual([]);
    expect(config.publicUrl).toBe("https://messut.example.org");
    expect(config.trustProxyHops).toBe(1);
    expect(config.media.link).toMatchObject({ kind: "network", host: "media", port: 7000 });
    expect(config.secret).not.toBeNull();
    const database = new URL(config.databaseUrl ?? "");
    const given = environmentOf(postgres);
    expect([database.hostname, database.port || "5432"]).toEqual(["postgres", "5432"]);
    expect(database.username).toBe(given.POSTGRES_USER);
    expect(database.password).toBe(given.POSTGRES_PASSWORD);
    expect(database.pathname).toBe(`/${given.POSTGRES_DB}`);
    expect(new URL(config.redisUrl ?? "").hostname).toBe("redis");
    expect(redis.image).toMatch(/^redis:/);
  });

  it("gives the media node settings that both readers accept, agreeing with the server's", () => {
    const environment = environmentOf(media);
    for (const name of Object.keys(environment)) expect(settings).toHaveProperty(name);
    const config = readConfig(environment);
    expect(config.warnings).toEqual([]);
    const link = config.media.link;
    expect(link).toEqual({ ...readConfig(environmentOf(server)).media.link, host: "0.0.0.0" });
    const own = readMediaConfig(environment);
    expect(own.link).toEqual({ host: "0.0.0.0", port: 7000 });
    expect(own.webRtcPort).toBe(config.media.port);
    expect(own.dataDir).toBe(readConfig(environmentOf(server)).dataDir);
    expect(media.ports?.sort()).toEqual(
      ["tcp", "udp"].map((kind) => `${config.media.port}:${config.media.port}/${kind}`),
    );
  });

  it("asks everybody who can hang for health, and starts a hung media node again", () => {
    for (const { healthcheck } of [server, media, postgres, redis]) expect(healthcheck?.test[0]).toBe("CMD");
    expect(server.depends_on).toMatchObject({ media: { condition: "service_healthy" } });
    const [, node, script, children] = media.healthcheck?.test ?? [];
    expect(node).toBe(media.command?.[0]);
    expect(existsSync(join(ROOT_DIR, script ?? ""))).toBe(true);
    // What the check kills is the child of the container's first process, and its end is the container's.
    expect([media.init, children, media.restart]).toEqual([
      true,
      "/proc/1/task/1/children",
      "unless-stopped",
    ]);
  });

  it("shares the data folder between server and media node", () => {
    const mount = `data:${environmentOf(server).TORILLA_DATA_DIR}`;
    expect(server.volumes).toContain(mount);
    expect(media.volumes).toContain(mount);
  });

  it("publishes nothing but the front and the media port", () => {
    for (const inner of [server, postgres, redis]) expect(inner.ports).toBeUndefined();
    expect(front.ports).toContain("443:443/tcp");
    expect(read("Caddyfile")).toContain(`reverse_proxy server:${environmentOf(server).PORT}`);
    expect(read("Caddyfile")).toContain("{$TORILLA_DOMAIN}");
    expect(front.environment).toHaveProperty("TORILLA_DOMAIN");
  });
});

describe("Dockerfile", () => {
  /** Instructions with continued lines joined, comments left out. */
  const instructions = read("Dockerfile")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => /^([A-Z]+)\s+(.*)$/.exec(line.trim())?.slice(1) as [string, string] | undefined)
    .filter((found) => found !== undefined);
  const all = (name: string) => instructions.filter(([found]) => found === name).map(([, rest]) => rest);

  it("has only instructions that exist, from a Node that runs the sources", () => {
    const known = ["FROM", "WORKDIR", "ENV", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "CMD"];
    for (const [name] of instructions) expect(known).toContain(name);
    expect(all("FROM")).toEqual([expect.stringMatching(/^node:2[4-9]/)]);
  });

  it("does not run as root, and starts what exists", () => {
    expect(all("USER").at(-1)).toBe("torilla");
    for (const command of [JSON.parse(all("CMD")[0] ?? "[]"), server.command, media.command] as string[][])
      expect(existsSync(join(ROOT_DIR, command.at(-1) ?? ""))).toBe(true);
    expect(server.build).toBe(".");
    expect(media.image).toBe(server.image);
  });

  it("sets only what config.ts and the set-up read, and opens the ports that compose uses", () => {
    const set = all("ENV").flatMap((line) => line.split(/\s+/).map((pair) => pair.split("=")[0] ?? ""));
    const others = ["NODE_ENV", "MEDIASOUP_WORKER_BIN", "TORILLA_CACHE_DIR"];
    for (const name of set) expect([...Object.keys(settings), ...others]).toContain(name);
    const { media: defaults, port } = readConfig({});
    expect(all("EXPOSE")).toEqual([`${port} ${defaults.port}/udp ${defaults.port}/tcp`]);
  });

  it("keeps secrets and data out of the image", () => {
    const ignored = read(".dockerignore").split("\n");
    for (const name of [".env", "data", ".git", "node_modules"]) expect(ignored).toContain(name);
  });
});
