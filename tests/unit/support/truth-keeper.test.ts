import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Note, StoredMessage } from "../../support/chaos/truth-check.ts";
import { TruthKeeper } from "../../support/chaos/truth-keeper.ts";

const CHAT = "stage:1";
const NAMES = ["a", "b", "c", "d", "e"];

/** The truth keeper is shown a run in which all went well, and then the same with one thing wrong. */
describe("the truth keeper", () => {
  let folder: string;
  let stored: StoredMessage[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "torilla-truth-"));
    stored = NAMES.map((messageId, index) => ({ chat: CHAT, seq: index + 1, messageId }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Anna writes all, Anna and Bertta read all. */
  function goodRun(): Note[] {
    return NAMES.flatMap((messageId, index): Note[] => {
      const about = { chat: CHAT, messageId, seq: index + 1 };
      return [
        { type: "written", client: "Anna", chat: CHAT, messageId },
        { type: "delivered", client: "Bertta", ...about },
        { type: "acked", client: "Anna", ...about },
        { type: "delivered", client: "Anna", ...about },
      ];
    });
  }

  async function check(notes: readonly Note[]) {
    const readStored = async (_chat: string, afterSeq: number) => stored.filter(({ seq }) => seq > afterSeq);
    const keeper = TruthKeeper.create({ path: join(folder, "truth.jsonl"), chats: [CHAT], readStored });
    for (const note of notes) keeper.note(note);
    const verdict = await keeper.check();
    keeper.close();
    return verdict;
  }

  const isOf = (type: Note["type"], client: string, messageId: string) => (note: Note) =>
    note.type === type && note.client === client && "messageId" in note && note.messageId === messageId;

  it("finds nothing in a run in which nothing went wrong", async () => {
    expect(await check(goodRun())).toEqual({ wrong: [], count: 0, notes: 20, messages: 5 });
  });

  it("finds a message that one client did not get", async () => {
    const isLost = isOf("delivered", "Bertta", "c");
    expect((await check(goodRun().filter((note) => !isLost(note)))).wrong).toEqual([
      "Bertta: lost stage:1 3 to 3",
    ]);
  });

  it("finds a last message that one client did not get", async () => {
    const isLost = isOf("delivered", "Bertta", "e");
    expect((await check(goodRun().filter((note) => !isLost(note)))).wrong).toEqual([
      "Bertta: lost stage:1 5 to 5",
    ]);
  });

  it("finds an acknowledged message that the database does not have", async () => {
    stored.pop();
    const { wrong } = await check(goodRun());
    expect(wrong).toContain("Anna: e was acknowledged and is lost");
    expect(wrong).toContain("Anna: 1 messages written to stage:1 never arrived");
    expect(wrong).toContain("Bertta: stage:1 5 was delivered and is not in the database");
  });

  it("finds a message that a client got twice", async () => {
    const isDouble = isOf("delivered", "Bertta", "b");
    const notes = goodRun().flatMap((note) => (isDouble(note) ? [note, note] : [note]));
    expect((await check(notes)).wrong).toEqual(["Bertta: stage:1 2 came twice or late, after 2"]);
  });

  it("finds a message that the database has twice", async () => {
    stored.push({ chat: CHAT, seq: 6, messageId: "b" });
    expect((await check(goodRun())).wrong).toContain("database: b twice in stage:1");
  });

  it("finds two messages that came to one client in another order", async () => {
    const notes = goodRun();
    const [b, c] = ["b", "c"].map((id) => notes.findIndex(isOf("delivered", "Bertta", id)));
    [notes[b!], notes[c!]] = [notes[c!]!, notes[b!]!];
    const { wrong } = await check(notes);
    expect(wrong).toContain("Bertta: lost stage:1 2 to 2");
    expect(wrong).toContain("Bertta: stage:1 2 came twice or late, after 3");
  });

  it("finds two clients that were told different messages by one number, and the database's word on it", async () => {
    const notes = goodRun().map((note) =>
      isOf("delivered", "Anna", "d")(note) ? { ...note, messageId: "x" } : note,
    );
    expect((await check(notes)).wrong).toEqual([
      "Anna: stage:1 4 is another message in the database",
      "Anna and Bertta: different stage:1 4",
    ]);
  });

  it("finds own messages that were stored in another order than written", async () => {
    [stored[1], stored[2]] = [
      { chat: CHAT, seq: 2, messageId: "c" },
      { chat: CHAT, seq: 3, messageId: "b" },
    ];
    expect((await check(goodRun())).wrong).toContain(
      "Anna: own messages of stage:1 in another order than written",
    );
  });

  it("checks in pieces: what came before is known, and a gap between two checks is found", async () => {
    const readStored = async (_chat: string, afterSeq: number) => stored.filter(({ seq }) => seq > afterSeq);
    const keeper = TruthKeeper.create({ path: join(folder, "truth.jsonl"), chats: [CHAT], readStored });
    for (const note of goodRun()) keeper.note(note);
    expect((await keeper.check()).count).toBe(0);
    stored.push({ chat: CHAT, seq: 6, messageId: "f" }, { chat: CHAT, seq: 7, messageId: "g" });
    keeper.note({ type: "delivered", client: "Anna", chat: CHAT, messageId: "f", seq: 6 });
    for (const client of ["Anna", "Bertta"])
      keeper.note({ type: "delivered", client, chat: CHAT, messageId: "g", seq: 7 });
    expect((await keeper.check()).wrong).toEqual(["Bertta: lost stage:1 6 to 6"]);
    keeper.close();
  });

  it("expects nothing more of a page that was closed, and nothing less of what it had written", async () => {
    const notes: Note[] = [...goodRun(), { type: "left", client: "Bertta", chat: CHAT }];
    stored.push({ chat: CHAT, seq: 6, messageId: "f" });
    const last: Note = { type: "delivered", client: "Anna", chat: CHAT, messageId: "f", seq: 6 };
    expect((await check([...notes, last])).wrong).toEqual([]);
    const lost: Note = { type: "acked", client: "Bertta", chat: CHAT, messageId: "x", seq: 7 };
    expect((await check([lost, ...notes])).wrong).toContain("Bertta: x was acknowledged and is lost");
  });

  it("takes a page that was loaded anew from where it begins", async () => {
    const notes: Note[] = [
      ...goodRun(),
      { type: "began", client: "Bertta", chat: CHAT },
      { type: "delivered", client: "Bertta", chat: CHAT, messageId: "d", seq: 4 },
      { type: "delivered", client: "Bertta", chat: CHAT, messageId: "e", seq: 5 },
    ];
    expect((await check(notes)).wrong).toEqual([]);
  });
});
