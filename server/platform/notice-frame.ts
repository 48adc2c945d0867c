/** A notice as it goes out to many sockets: made once, sent as it is to each. */
export interface NoticeFrame {
  /** socket.io's packet, for transports that frame it themselves (polling). */
  packet: string;
  /** The whole websocket frame in one piece, so that each socket costs one plain write. */
  frame: Buffer;
}

/** An event without acknowledgement in the default namespace: `2["name",data]` in engine.io's message `4…`. */
export function frameNotice(name: string, data: unknown): NoticeFrame {
  const packet = `2${JSON.stringify([name, data])}`;
  return { packet, frame: textFrame(`4${packet}`) };
}

/** One unmasked, uncompressed text frame (RFC 6455, 5.2). */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafeSlow(head + length);
  frame[0] = 0x81;
  frame[1] = head === 2 ? length : head === 4 ? 126 : 127;
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, head);
  return frame;
}
