/*
 * What a bad line does, inside a network namespace (tests/support/cut-namespace.ts) and on its cable's ends: losing
 * packets, little room, no UDP. `tc netem` is not to be had everywhere; delay and jitter are tests/support/jitter-relay.
 */
import { execFileSync } from "node:child_process";
import type { CutNamespace } from "./cut-namespace.ts";

/** Loses this share of all packets, at random, in both directions. @returns how to stop */
export function losePackets(cable: CutNamespace, share: number): () => void {
  return addRules(cable, [
    "-m",
    "statistic",
    "--mode",
    "random",
    "--probability",
    String(share),
    "-j",
    "DROP",
  ]);
}

/** A firewall that lets no UDP through. @returns how to stop */
export function blockUdp(cable: CutNamespace): () => void {
  return addRules(cable, ["-p", "udp", "-j", "DROP"]);
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

function addRules(cable: CutNamespace, rule: string[]): () => void {
  for (const chain of ["INPUT", "OUTPUT"]) cable.run("iptables", "-w", "-A", chain, ...rule);
  return () => {
    for (const chain of ["INPUT", "OUTPUT"]) cable.run("iptables", "-w", "-D", chain, ...rule);
  };
}
