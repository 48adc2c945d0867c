import { frameNotice, type NoticeFrame } from "./notice-frame.ts";

export interface ChannelMember {
  /** Never throws, never waits. */
  deliver(frame: NoticeFrame): void;
}

/** Which sockets are in which channel. A member that is gone must be taken out with `removeAll`. */
export class ChannelTable<Member extends ChannelMember> {
  readonly #members = new Map<string, Set<Member>>();
  readonly #channels = new Map<Member, Set<string>>();

  add(channel: string, member: Member): void {
    setOf(this.#members, channel).add(member);
    setOf(this.#channels, member).add(channel);
  }
  remove(channel: string, member: Member): void {
    drop(this.#members, channel, member);
    drop(this.#channels, member, channel);
  }
  removeAll(member: Member): void {
    for (const channel of [...(this.#channels.get(member) ?? [])]) this.remove(channel, member);
  }
  has(channel: string, member: Member): boolean {
    return this.#channels.get(member)?.has(channel) ?? false;
  }

  /** To all members but those that are in `except` too. What is told to nobody is not even written. */
  tell(channel: string, notice: { name: string; data: unknown; except?: string | undefined }): void {
    const members = this.#members.get(channel);
    if (members === undefined) return;
    const { name, data, except } = notice;
    const left = except === undefined ? undefined : this.#members.get(except);
    const frame = frameNotice(name, data);
    for (const member of members) if (left?.has(member) !== true) member.deliver(frame);
  }
}

function setOf<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = new Set<Value>();
  map.set(key, fresh);
  return fresh;
}

function drop<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const set = map.get(key);
  set?.delete(value);
  if (set?.size === 0) map.delete(key);
}
