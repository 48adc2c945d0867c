/*
 * What a bad line does, on both ends of a namespace's cable (tests/support/cut-namespace.ts): losing packets, little
 * room, no UDP, nothing at all. Packets are dropped where they arrive, so that nobody who sends is told. `tc netem` is
 * not to be had everywhere; delay and jitter are tests/support/cut-relay.
 */
import { execFileSync } from "node:child_process";
import type { CutNamespace } from "./cut-namespace.ts";

/** Loses this share of all packets, at random, in both directions. @returns how to stop */
export function losePackets(cable: CutNamespace, share: number): () => void {
  return drop(cable, ["-m", "statistic", "--mode", "random", "--probability", String(share)]);
}

/** A firewall that lets no UDP through. @returns how to stop */
export function blockUdp(cable: CutNamespace): () => void {
  return drop(cable, ["-p", "udp"]);
}

/** Somewhere on the way the line is broken: neither end can tell. @returns how to mend it */
export function breakLine(cable: CutNamespace): () => void {
  return drop(cable, []);
}

/** No more than so much in each direction; what waits longer than 400 ms is lost. @returns how to stop */
export function limitRate(cable: CutNamespace, kbitPerSecond: number): () => void {
  const tbf = ["root", "tbf", "rate", `${kbitPerSecond}kbit`, "burst", "8kb", "latency", "400ms"];
  execFileSync("tc", ["qdisc", "add", "dev", cable.nearLink, ...tbf]);
  cable.run("tc", "qdisc", "add", "dev", cable.farLink, ...tbf);
  return () => {
    execFileSync("tc", ["qdisc", "del", "dev", cable.nearLink, "root"]);
    cable.run("tc", "qdisc", "del", "dev", cable.farLink, "root");
  };
}

function drop(cable: CutNamespace, what: string[]): () => void {
  const rule = (link: string) => ["PREROUTING", "-i", link, ...what, "-j", "DROP"];
  const change = (how: "-A" | "-D") => {
    execFileSync("iptables", ["-w", "-t", "raw", how, ...rule(cable.nearLink)]);
    cable.run("iptables", "-w", "-t", "raw", how, ...rule(cable.farLink));
  };
  change("-A");
  return () => change("-D");
}
