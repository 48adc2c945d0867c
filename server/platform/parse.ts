import type { z } from "zod";
import { AppError } from "./errors.ts";
import { requirePlain } from "./require-plain.ts";

/** Input by its contract. The message names the place of the first fault, never the value. @throws bad_request */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  requirePlain(value);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.map(String).join(".").slice(0, 100);
  throw AppError.badRequest(place ? `Not as the contract says: ${place}.` : undefined);
}

/** A result that breaks the contract is a bug of ours. */
export function checkResult(schema: z.ZodType, value: unknown, door: string): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new Error(`${door} answers against the contract: ${parsed.error.message.slice(0, 2000)}`);
}
