import { networkInterfaces } from "node:os";

/** Interfaces that containers and virtual machines bring; a guest rarely comes from there. */
const VIRTUAL_INTERFACE = /^(docker|br-|veth|virbr|vmnet|vboxnet|utun|tailscale|cni|flannel)/;

/**
 * Where browsers reach this machine when nobody said so: its first IPv4 address that is not loopback, else
 * 127.0.0.1. A browser on the same machine reaches both.
 */
export function findOwnAddress(interfaces = networkInterfaces()): string {
  const found = Object.entries(interfaces)
    .flatMap(([name, addresses]) =>
      (addresses ?? [])
        .filter((one) => one.family === "IPv4" && !one.internal && !one.address.startsWith("169.254."))
        .map((one) => ({ address: one.address, rank: VIRTUAL_INTERFACE.test(name) ? 1 : 0 })),
    )
    .sort((a, b) => a.rank - b.rank);
  return found[0]?.address ?? "127.0.0.1";
}
