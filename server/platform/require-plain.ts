/*
 * What every payload must be before its schema sees it: JSON of a sane depth, with texts that PostgreSQL and every
 * page can take. One place for all doors, so that no text field can be forgotten.
 */
import { AppError } from "./errors.ts";

/** The deepest structure of the contract (RTP parameters) has 6 levels. */
const MAX_DEPTH = 24;
const MAX_SHOWN_PATH = 100;

interface Step {
  value: unknown;
  place: string;
  depth: number;
}

/**
 * Refuses NUL and lone surrogates in any text or key (PostgreSQL keeps neither), binary attachments, and nesting that
 * would overflow the stack of whoever walks it by recursion. Iterative. @throws bad_request
 */
export function requirePlain(value: unknown): void {
  const waiting: Step[] = [{ value, place: "", depth: 0 }];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const { value: one, place, depth } = step;
    if (typeof one === "string") requireText(one, place);
    if (typeof one !== "object" || one === null) continue;
    if (ArrayBuffer.isView(one) || one instanceof ArrayBuffer) throw refused(place);
    if (depth >= MAX_DEPTH) throw refused(place);
    for (const [key, below] of Object.entries(one)) {
      requireText(key, place);
      if (typeof below === "string" || typeof below === "object")
        waiting.push({ value: below, place: place ? `${place}.${key}` : key, depth: depth + 1 });
    }
  }
}

function requireText(text: string, place: string): void {
  if (text.includes("\u0000") || !text.isWellFormed()) throw refused(place);
}

function refused(place: string): AppError {
  const shown = place.slice(0, MAX_SHOWN_PATH).toWellFormed();
  return AppError.badRequest(shown ? `Nothing that can be kept: ${shown}.` : undefined);
}
