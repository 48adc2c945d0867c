/*
 * Compares what clients noted with what the database has. Pure: reads notes, answers sentences about what was lost,
 * doubled or in another order. Keeps per client only where it is, so that an hour of notes can be checked in pieces.
 */

/** `written` by its author, `acked` to its author, `delivered` to a client, in the order in which they happened. */
export type Note =
  | { type: "written"; client: string; chat: string; messageId: string }
  | { type: "acked"; client: string; chat: string; messageId: string; seq: number }
  | { type: "delivered"; client: string; chat: string; messageId: string; seq: number }
  /** The client begins anew from the newest page (a page loaded anew): what it had is no longer compared. */
  | { type: "began"; client: string; chat: string }
  /** The client is gone for good (a page that is closed): it need not get what comes later. */
  | { type: "left"; client: string; chat: string };

/** A message of the database's log. */
export interface StoredMessage {
  chat: string;
  seq: number;
  messageId: string;
}

export class TruthCheck {
  /** By chat, by seq. */
  readonly #stored = new Map<string, Map<number, string>>();
  readonly #seqOf = new Map<string, number>();
  readonly #lastSeq = new Map<string, number>();
  /** By client and chat: the last seq that was delivered; `null`: nothing yet. */
  readonly #at = new Map<string, { client: string; chat: string; seq: number | null }>();
  /** What was delivered to the first client at each seq, to hold the others against. */
  readonly #seen = new Map<string, Map<number, { messageId: string; client: string }>>();
  readonly #written = new Map<string, string[]>();
  readonly #acked: Extract<Note, { type: "acked" }>[] = [];

  /** New rows of the log, in order. */
  addStored(rows: readonly StoredMessage[]): string[] {
    const wrong: string[] = [];
    for (const { chat, seq, messageId } of rows) {
      const last = this.#lastSeq.get(chat) ?? 0;
      if (seq !== last + 1) wrong.push(`database: ${chat} has ${seq} after ${last}`);
      if (this.#seqOf.has(key(chat, messageId))) wrong.push(`database: ${messageId} twice in ${chat}`);
      this.#lastSeq.set(chat, seq);
      this.#seqOf.set(key(chat, messageId), seq);
      const log = this.#stored.get(chat) ?? new Map<number, string>();
      this.#stored.set(chat, log.set(seq, messageId));
    }
    return wrong;
  }

  addNote(note: Note): string[] {
    const { client, chat } = note;
    const place = key(client, chat);
    switch (note.type) {
      case "began":
        this.#at.set(place, { client, chat, seq: null });
        return [];
      case "left":
        this.#at.delete(place);
        return [];
      case "written":
        this.#written.set(place, [...(this.#written.get(place) ?? []), note.messageId]);
        return [];
      case "acked":
        this.#acked.push(note);
        return [];
      case "delivered":
        return [...this.#deliver(note, place), ...this.#compareWithOthers(note)];
    }
  }

  /** After all is quiet: everything stored has reached everybody, everything acknowledged is stored, in order. */
  settle(): string[] {
    const wrong: string[] = [];
    for (const { client, chat, seq } of this.#at.values()) {
      const last = this.#lastSeq.get(chat) ?? 0;
      if (seq !== null && seq < last) wrong.push(`${client}: lost ${chat} ${seq + 1} to ${last}`);
      if (seq !== null && seq > last)
        wrong.push(`${client}: has ${chat} ${seq}, the database ends at ${last}`);
    }
    for (const { client, chat, messageId, seq } of this.#acked.splice(0)) {
      const stored = this.#seqOf.get(key(chat, messageId));
      if (stored === undefined) wrong.push(`${client}: ${messageId} was acknowledged and is lost`);
      else if (stored !== seq)
        wrong.push(`${client}: ${messageId} acknowledged as ${seq}, stored as ${stored}`);
    }
    for (const [place, written] of this.#written) {
      const [client, chat] = place.split("\n") as [string, string];
      const seqs = written.map((messageId) => this.#seqOf.get(key(chat, messageId)) ?? null);
      const lost = written.filter((_, index) => seqs[index] === null);
      if (lost.length > 0) wrong.push(`${client}: ${lost.length} messages written to ${chat} never arrived`);
      const arrived = seqs.filter((seq) => seq !== null);
      if (arrived.some((seq, index) => index > 0 && seq < arrived[index - 1]!))
        wrong.push(`${client}: own messages of ${chat} in another order than written`);
      this.#written.set(place, written.slice(-1));
    }
    this.#forgetOld();
    return wrong;
  }

  #deliver({ client, chat, messageId, seq }: Extract<Note, { type: "delivered" }>, place: string): string[] {
    const wrong: string[] = [];
    const last = this.#at.get(place)?.seq ?? null;
    if (last !== null && seq <= last)
      wrong.push(`${client}: ${chat} ${seq} came twice or late, after ${last}`);
    if (last !== null && seq > last + 1) wrong.push(`${client}: lost ${chat} ${last + 1} to ${seq - 1}`);
    const stored = this.#stored.get(chat)?.get(seq);
    if (stored === undefined)
      wrong.push(`${client}: ${chat} ${seq} was delivered and is not in the database`);
    else if (stored !== messageId) wrong.push(`${client}: ${chat} ${seq} is another message in the database`);
    this.#at.set(place, { client, chat, seq: Math.max(seq, last ?? 0) });
    return wrong;
  }

  #compareWithOthers({ client, chat, messageId, seq }: Extract<Note, { type: "delivered" }>): string[] {
    const seen = this.#seen.get(chat) ?? new Map<number, { messageId: string; client: string }>();
    this.#seen.set(chat, seen);
    const other = seen.get(seq);
    if (other === undefined) seen.set(seq, { messageId, client });
    else if (other.messageId !== messageId)
      return [`${client} and ${other.client}: different ${chat} ${seq}`];
    return [];
  }

  /** Those who begin anew read at most a page of the past. */
  #forgetOld(): void {
    for (const [chat, last] of this.#lastSeq)
      for (const kept of [this.#stored.get(chat), this.#seen.get(chat)])
        for (const seq of kept?.keys() ?? []) if (seq < last - 1000) kept?.delete(seq);
  }
}

function key(one: string, other: string): string {
  return `${one}\n${other}`;
}
