import { describe, expect, it } from "vitest";
import { Reorder } from "../../../../media/mixer/rtp/reorder.ts";
import {
  parseRtp,
  type RtpPacket,
  writeRtpHeader,
  writeSenderReport,
} from "../../../../media/mixer/rtp/rtp-packet.ts";
import { Unwrapper } from "../../../../media/mixer/rtp/unwrap.ts";

function packet(sequence: number): RtpPacket {
  const payload = Buffer.from([sequence & 0xff]);
  return {
    payloadType: 100,
    marker: false,
    sequence: sequence & 0xffff,
    timestamp: sequence * 960,
    ssrc: 7,
    payload,
  };
}

describe("RTP packets", () => {
  it("reads what it writes", () => {
    const fields = {
      payloadType: 101,
      marker: true,
      sequence: 65_535,
      timestamp: 4_294_967_295,
      ssrc: 3_000_000_000,
    };
    const parsed = parseRtp(Buffer.concat([writeRtpHeader(fields), Buffer.from("payload")]));
    expect(parsed).toEqual({ ...fields, payload: Buffer.from("payload") });
  });

  it("skips contributing sources, header extensions and padding", () => {
    const head = writeRtpHeader({ payloadType: 101, marker: false, sequence: 1, timestamp: 2, ssrc: 3 });
    head[0] = 0x80 | 0x20 | 0x10 | 1;
    const csrc = Buffer.alloc(4);
    const extension = Buffer.from([0xbe, 0xde, 0, 1, 1, 2, 3, 4]);
    const parsed = parseRtp(
      Buffer.concat([head, csrc, extension, Buffer.from("data"), Buffer.from([0, 0, 3])]),
    );
    expect(parsed!.payload.toString()).toBe("data");
  });

  it("answers null for what is no RTP", () => {
    expect(parseRtp(Buffer.alloc(5))).toBeNull();
    expect(parseRtp(Buffer.alloc(20))).toBeNull();
    const head = writeRtpHeader({ payloadType: 101, marker: false, sequence: 1, timestamp: 2, ssrc: 3 });
    head[0] = 0x8f;
    expect(parseRtp(head)).toBeNull();
  });

  it("writes a sender report whose NTP time is the wall clock", () => {
    const wallMs = Date.UTC(2026, 10, 22, 9, 0, 0, 500);
    const report = writeSenderReport({
      ssrc: 5,
      wallMs,
      rtpTimestamp: 90_000,
      packets: 2,
      octets: 3,
      cname: "programme",
    });
    expect(report.readUInt32BE(8) - 2_208_988_800).toBe(Math.floor(wallMs / 1000));
    expect(report.readUInt32BE(12) / 2 ** 32).toBeCloseTo(0.5, 6);
    expect(report.readUInt32BE(16)).toBe(90_000);
    expect(report.length % 4).toBe(0);
    expect(report.length).toBe((6 + 1 + report.readUInt16BE(30) + 1) * 4);
  });
});

describe("order of packets", () => {
  it("passes what comes in order at once, over the wrap", () => {
    const reorder = new Reorder(100);
    const numbers = Array.from({ length: 10 }, (_, index) => 65_530 + index);
    const out = numbers.flatMap((number, index) => reorder.push(packet(number), index));
    expect(out.map((one) => one.packet.sequence)).toEqual(numbers.map((number) => number & 0xffff));
    expect(out.some((one) => one.isAfterLoss)).toBe(false);
  });

  it("waits for a late packet and puts it in its place", () => {
    const reorder = new Reorder(100);
    reorder.push(packet(1), 0);
    expect(reorder.push(packet(3), 10)).toEqual([]);
    expect(reorder.push(packet(4), 20)).toEqual([]);
    const out = reorder.push(packet(2), 90);
    expect(out.map((one) => one.packet.sequence)).toEqual([2, 3, 4]);
    expect(out.some((one) => one.isAfterLoss)).toBe(false);
  });

  it("gives a lost packet up after its time, and says so", () => {
    const reorder = new Reorder(100);
    reorder.push(packet(1), 0);
    reorder.push(packet(3), 10);
    reorder.push(packet(4), 20);
    expect(reorder.expire(105)).toEqual([]);
    const out = reorder.expire(111);
    expect(out.map((one) => [one.packet.sequence, one.isAfterLoss])).toEqual([
      [3, true],
      [4, false],
    ]);
    expect(reorder.push(packet(2), 120)).toEqual([]);
  });

  it("drops a packet that came twice", () => {
    const reorder = new Reorder(100);
    reorder.push(packet(1), 0);
    expect(reorder.push(packet(1), 1)).toEqual([]);
  });

  it("follows a sender that began anew", () => {
    const reorder = new Reorder(100);
    reorder.push(packet(1), 0);
    const out = reorder.push(packet(30_000), 1);
    expect(out.map((one) => [one.packet.sequence, one.isAfterLoss])).toEqual([[30_000, true]]);
    expect(reorder.push(packet(30_001), 2)).toHaveLength(1);
  });
});

describe("unwrapping", () => {
  it("goes on over the end of the range and takes small steps back", () => {
    const unwrapper = new Unwrapper(32);
    expect(unwrapper.unwrap(4_294_967_000)).toBe(4_294_967_000);
    expect(unwrapper.unwrap(100)).toBe(4_294_967_396);
    expect(unwrapper.unwrap(4_294_967_290)).toBe(4_294_967_290);
    expect(unwrapper.unwrap(200)).toBe(4_294_967_496);
  });
});
