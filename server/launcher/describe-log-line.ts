const LEVELS: Record<number, string> = { 40: "warning: ", 50: "error: ", 60: "fatal: " };
const WITH_INFO: Record<number, string> = { ...LEVELS, 30: "" };

/**
 * What the terminal shows of a process's line: warnings and errors (in development also what is merely told) as one
 * sentence, lines that are not pino's JSON (a crash's stack) as they are; `null` for the rest, which is in the log
 * file only.
 */
export function describeLogLine(line: string, { withInfo = false } = {}): string | null {
  if (!line.startsWith("{")) return line.trim() === "" ? null : line;
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    const level = typeof entry.level === "number" ? (withInfo ? WITH_INFO : LEVELS)[entry.level] : undefined;
    if (level === undefined) return null;
    const cause = entry.err?.message ? `: ${String(entry.err.message)}` : "";
    return `${level}${String(entry.msg ?? "")}${cause}`;
  } catch {
    return line;
  }
}
