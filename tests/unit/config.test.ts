import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMediaConfig } from "../../media/config.ts";
import { findOwnAddress } from "../../server/announced-address.ts";
import { ConfigError, ROOT_DIR, readConfig, settings, toEnvironment } from "../../server/config.ts";

function faultsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe("settings", () => {
  it("has a default for everything", () => {
    const config = readConfig({});
    expect(config.port).toBe(3000);
    expect(config.publicUrl).toBe("http://localhost:3000");
    expect(config.dataDir).toBe(join(ROOT_DIR, "data"));
    expect(config.media.announcedAddresses).toHaveLength(1);
    expect(config.media.link).toMatchObject({ kind: "socket" });
    expect(config.databaseUrl).toBeNull();
  });

  it("takes an empty value for not set", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: " " }).port).toBe(3000);
  });

  it("lists all faults at once, each naming its setting", () => {
    const faults = faultsOf({
      PORT: "70000",
      HOST: "not a host",
      TORILLA_PUBLIC_URL: "https://messut.example.org/torilla",
      DATABASE_URL: "mysql://db/torilla",
      TORILLA_PROGRAMME_HEIGHT: "721",
      TORILLA_SECRET: "short",
    });
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual([
      "PORT",
      "HOST",
      "TORILLA_PUBLIC_URL",
      "DATABASE_URL",
      "TORILLA_PROGRAMME_HEIGHT",
      "TORILLA_SECRET",
    ]);
  });

  it.each([
    ["PORT", "0"],
    ["PORT", "3000.5"],
    ["PORT", "-1"],
    ["PORT", "1e3"],
    ["TORILLA_TRUST_PROXY", "true"],
    ["TORILLA_MEDIA_WORKERS", "0"],
    ["TORILLA_ANNOUNCED_ADDRESS", "10.0.0.1,,"],
    ["TORILLA_LOG_LEVEL", "loud"],
    ["TORILLA_UPLOAD_MAX_BYTES", "99999999999999999999"],
    ["TORILLA_PUBLIC_URL", "messut.example.org"],
  ])("refuses %s=%s", (name, value) => {
    expect(faultsOf({ [name]: value })).toHaveLength(1);
  });

  it("keeps secrets out of its sentences", () => {
    const faults = faultsOf({ TORILLA_SECRET: "hunter2", DATABASE_URL: "mysql://u:hunter2@db/x" });
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain("hunter2");
  });

  it("asks for host, port and secret of a media node together", () => {
    expect(faultsOf({ TORILLA_MEDIA_HOST: "media.example.org" })).toHaveLength(2);
    const secret = "s".repeat(32);
    const given = {
      TORILLA_MEDIA_HOST: "media.example.org",
      TORILLA_MEDIA_LINK_PORT: "7000",
      TORILLA_MEDIA_SECRET: secret,
    };
    expect(readConfig(given).media.link).toEqual({
      kind: "network",
      host: "media.example.org",
      port: 7000,
      secret,
    });
  });

  it.for([31, 32, 500])("both ends of the link judge a secret of %i characters alike", (length) => {
    const given = {
      TORILLA_MEDIA_HOST: "media.example.org",
      TORILLA_MEDIA_LINK_PORT: "7000",
      TORILLA_MEDIA_SECRET: "s".repeat(length),
    };
    const isTaken = length >= 32;
    expect(faultsOf(given)).toHaveLength(isTaken ? 0 : 1);
    if (isTaken) expect(readMediaConfig(given).linkSecret).toBe(given.TORILLA_MEDIA_SECRET);
    else expect(() => readMediaConfig(given)).toThrow("TORILLA_MEDIA_SECRET");
  });

  it("warns of a misspelt setting", () => {
    expect(readConfig({ TORILLA_PUBLIC_ULR: "x" }).warnings).toHaveLength(1);
  });

  it("reads back what it hands to its processes", () => {
    const config = readConfig({
      PORT: "3100",
      TORILLA_METRICS_PORT: "9500",
      TORILLA_ANNOUNCED_ADDRESS: "203.0.113.10, media.example.org",
      TORILLA_PROGRAMME_FPS: "15",
    });
    expect(readConfig(toEnvironment(config))).toEqual(config);
  });
});

describe(".env.example", () => {
  const text = readFileSync(join(ROOT_DIR, ".env.example"), "utf8");
  const lines = text.split("\n");
  const shown = [...text.matchAll(/^#([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = "", value = ""]) => [
    name,
    value,
  ]);
  const values: Record<string, string> = Object.fromEntries(shown);

  it("shows every setting once, and no other", () => {
    expect(shown.map(([name]) => name).sort()).toEqual(Object.keys(settings).sort());
  });

  it("has what the media node reads too", () => {
    const source = readFileSync(join(ROOT_DIR, "media/config.ts"), "utf8");
    const read = [...source.matchAll(/^ {2}(TORILLA_[A-Z_]+): /gm)].map(([, name]) => name as string);
    expect(read.length).toBeGreaterThan(8);
    for (const name of read) expect(settings).toHaveProperty(name);
  });

  it("sets nothing by itself", () => {
    expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  });

  it("shows values that are accepted, and the defaults where there are such", () => {
    const { TORILLA_MEDIA_HOST: _, TORILLA_MEDIA_LINK_PORT: __, ...rest } = values;
    const config = readConfig(rest);
    const defaults = readConfig({});
    for (const key of [
      "port",
      "host",
      "trustProxyHops",
      "dataDir",
      "metrics",
      "logLevel",
      "programme",
      "uploadMaxBytes",
    ] as const)
      expect(config[key]).toEqual(defaults[key]);
    expect(config.media.port).toBe(defaults.media.port);
  });
});

describe("the machine's own address", () => {
  const one = (address: string, internal = false) => ({
    address,
    internal,
    family: "IPv4" as const,
    netmask: "255.255.255.0",
    mac: "",
    cidr: null,
  });
  it("prefers a real interface to a container's bridge, and anything to loopback", () => {
    expect(
      findOwnAddress({
        lo: [one("127.0.0.1", true)],
        docker0: [one("172.17.0.1")],
        eth0: [one("192.0.2.7")],
      }),
    ).toBe("192.0.2.7");
    expect(findOwnAddress({ lo: [one("127.0.0.1", true)] })).toBe("127.0.0.1");
  });
});
