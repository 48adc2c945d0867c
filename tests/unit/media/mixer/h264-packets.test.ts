import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { H264Depacketizer } from "../../../../media/mixer/rtp/h264-depacketizer.ts";
import { nalType, splitAnnexB } from "../../../../media/mixer/rtp/h264-nal.ts";
import { packetizeH264 } from "../../../../media/mixer/rtp/h264-packetizer.ts";
import type { OrderedPacket } from "../../../../media/mixer/rtp/reorder.ts";
import { waitFor } from "../../../support/wait-for.ts";

/** A NAL unit of a type, without zero bytes that could be taken for a start code. */
function nal(type: number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes, 0);
  for (let i = 1; i < bytes; i += 1) out[i] = 1 + ((i * 37) % 255);
  out[0] = 0x60 | type;
  return out;
}

function annexB(...nals: Buffer[]): Buffer {
  return Buffer.concat(nals.flatMap((one) => [Buffer.from([0, 0, 0, 1]), one]));
}

function packets(unit: Buffer, timestamp: number, firstSequence = 0): OrderedPacket[] {
  const payloads = packetizeH264(unit, 1200);
  return payloads.map((payload, index) => ({
    isAfterLoss: false,
    packet: {
      payloadType: 101,
      marker: index === payloads.length - 1,
      sequence: firstSequence + index,
      timestamp,
      ssrc: 1,
      payload,
    },
  }));
}

const keyUnit = () => annexB(nal(7, 20), nal(8, 8), nal(5, 5000));

describe("H.264 over RTP", () => {
  it("splits start codes of three and four bytes", () => {
    const stream = Buffer.concat([Buffer.from([0, 0, 1]), nal(7, 9), Buffer.from([0, 0, 0, 1]), nal(5, 30)]);
    expect(splitAnnexB(stream).map((one) => [nalType(one), one.length])).toEqual([
      [7, 9],
      [5, 30],
    ]);
  });

  it("brings an access unit back as it was, however long its units", () => {
    for (const bytes of [2, 1199, 1200, 1201, 2399, 40_000]) {
      const depacketizer = new H264Depacketizer();
      const unit = annexB(nal(7, 20), nal(8, 8), nal(5, bytes));
      const out = packets(unit, 90_000).flatMap((one) => depacketizer.push(one));
      expect(out).toHaveLength(1);
      expect(out[0]!.isKey).toBe(true);
      expect(out[0]!.data.equals(unit)).toBe(true);
    }
  });

  it("holds no picture that never ends, and takes the next one", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const depacketizer = new H264Depacketizer();
    const heldBytes = () => {
      collect();
      return process.memoryUsage().arrayBuffers;
    };
    const before = heldBytes();
    const [piece] = packets(annexB(nal(5, 5000)), 90_000);
    for (let sequence = 0; sequence < 1_000; sequence += 1) {
      const payload = Buffer.alloc(64 * 1024, 1);
      // FU-A of an IDR; the first begins it.
      payload.set([0x7c, sequence === 0 ? 0x85 : 0x05]);
      depacketizer.push({
        isAfterLoss: false,
        packet: { ...piece!.packet, sequence, payload, marker: false },
      });
    }
    // Freed memory is swept a little after the collection.
    await waitFor(() => heldBytes() - before < 16 * 1024 * 1024, { what: "the memory back" });
    const next = packets(keyUnit(), 180_000, 1_000).flatMap((one) => depacketizer.push(one));
    expect(next).toHaveLength(1);
    expect(next[0]!.data.equals(keyUnit())).toBe(true);
  });

  it("keeps payloads within the limit and starts a key frame with its parameter sets", () => {
    const payloads = packetizeH264(keyUnit(), 1200);
    expect(Math.max(...payloads.map((one) => one.length))).toBeLessThanOrEqual(1200);
    expect(nalType(payloads[0]!)).toBe(7);
  });

  it("leaves out access unit delimiters and SEI", () => {
    const types = packetizeH264(annexB(nal(9, 2), nal(6, 30), nal(1, 50))).map((one) => nalType(one));
    expect(types).toEqual([1]);
  });

  it("gives nothing before the first IDR, and nothing between a loss and the next", () => {
    const depacketizer = new H264Depacketizer();
    const push = (ones: OrderedPacket[]) => ones.flatMap((one) => depacketizer.push(one)).length;
    expect(push(packets(annexB(nal(1, 100)), 0))).toBe(0);
    expect(depacketizer.waitsForKey).toBe(true);
    expect(push(packets(keyUnit(), 3600))).toBe(1);
    expect(push(packets(annexB(nal(1, 100)), 7200))).toBe(1);
    const lossy = packets(annexB(nal(1, 5000)), 10_800);
    lossy.splice(2, 1);
    lossy[2]!.isAfterLoss = true;
    expect(push(lossy)).toBe(0);
    expect(push(packets(annexB(nal(1, 100)), 14_400))).toBe(0);
    expect(depacketizer.waitsForKey).toBe(true);
    expect(push(packets(keyUnit(), 18_000))).toBe(1);
    expect(depacketizer.waitsForKey).toBe(false);
  });

  it("takes an aggregate (STAP-A) as browsers send parameter sets", () => {
    const [sps, pps, idr] = [nal(7, 20), nal(8, 8), nal(5, 100)];
    const size = (one: Buffer) => Buffer.from([one.length >> 8, one.length & 0xff]);
    const aggregate = Buffer.concat([Buffer.from([0x78]), size(sps), sps, size(pps), pps]);
    const depacketizer = new H264Depacketizer();
    const base = { payloadType: 101, timestamp: 5, ssrc: 1 };
    depacketizer.push({
      isAfterLoss: false,
      packet: { ...base, marker: false, sequence: 1, payload: aggregate },
    });
    const out = depacketizer.push({
      isAfterLoss: false,
      packet: { ...base, marker: true, sequence: 2, payload: idr },
    });
    expect(out[0]!.data.equals(annexB(sps, pps, idr))).toBe(true);
  });

  it("survives any payload", () => {
    const depacketizer = new H264Depacketizer();
    for (let i = 0; i < 3000; i += 1) {
      const payload = Buffer.from(Array.from({ length: 1 + (i % 40) }, (_, at) => (i * 31 + at * 17) & 0xff));
      const packet = {
        payloadType: 101,
        marker: i % 5 === 0,
        sequence: i,
        timestamp: i >> 2,
        ssrc: 1,
        payload,
      };
      depacketizer.push({ isAfterLoss: i % 11 === 0, packet });
    }
  });
});
