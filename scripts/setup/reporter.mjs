// What the set-up says while it works: a line that is rewritten on a terminal, a line now and then elsewhere.
import { clearLine, cursorTo } from "node:readline";

const TICK_MS = 1_000;
const QUIET_MS = 10_000;
/** A step faster than this that did nothing worth a word is not mentioned. */
const MENTION_AFTER_MS = 500;

/** "4 s", "3 min 28 s"; tenths below 10 s. */
export function formatElapsed(/** @type {number} */ elapsedMs) {
  const seconds = elapsedMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * The block that a failed step prints: what, why, what to do.
 * @param {string} step
 * @param {Error & { why?: string, advice?: string, output?: string }} error
 */
export function formatFailure(step, error) {
  const indent = (text) => text.trim().replace(/\n/g, "\n    ");
  const what = error.why === undefined ? `${step} failed` : error.message;
  const why = error.why ?? [error.message, error.output].filter(Boolean).join("\n");
  const lines = [`✗ ${step}: ${what}`];
  if (why) lines.push(`  Why: ${indent(why)}`);
  lines.push(`  What to do: ${indent(error.advice || "Correct that and run the same command again.")}`);
  return lines.join("\n");
}

/**
 * @param {{ isTTY?: boolean, write(text: string): unknown }} stream
 * @returns a reporter whose `run` carries out one step: `work` gets `progress(text)` and `warn(text)`
 */
export function createReporter(stream = process.stdout) {
  /**
   * @template T
   * @param {string} step
   * @param {(say: { progress: (text: string) => void, warn: (text: string) => void }) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async function run(step, work) {
    const startedAt = Date.now();
    const elapsed = () => formatElapsed(Date.now() - startedAt);
    let text = "";
    let shownAt = 0;
    const show = () => {
      if (text === "") return;
      if (stream.isTTY) rewrite(stream, `… ${step}: ${text} (${elapsed()})`);
      else if (Date.now() - shownAt >= QUIET_MS) {
        shownAt = Date.now();
        stream.write(`… ${step}: ${text} (${elapsed()})\n`);
      }
    };
    const clear = () => stream.isTTY && text !== "" && rewrite(stream, "");
    const ticker = setInterval(show, TICK_MS);
    try {
      const result = await work({
        progress: (next) => {
          text = next;
          show();
        },
        warn: (warning) => {
          clear();
          stream.write(`! ${step}: ${warning}\n`);
        },
      });
      clear();
      if (text !== "" || Date.now() - startedAt >= MENTION_AFTER_MS)
        stream.write(`✓ ${step} (${elapsed()})\n`);
      return result;
    } catch (error) {
      clear();
      stream.write(`${formatFailure(step, error)}\n`);
      throw new ReportedError(error);
    } finally {
      clearInterval(ticker);
    }
  }
  return { run };
}

/** A failure that was printed already: the process only has to end with 1. */
export class ReportedError extends Error {
  constructor(/** @type {unknown} */ cause) {
    super("reported", { cause });
  }
}

function rewrite(stream, text) {
  clearLine(stream, 0);
  cursorTo(stream, 0);
  stream.write(text.slice(0, (stream.columns ?? 80) - 1));
}
