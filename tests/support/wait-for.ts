import { setTimeout as sleep } from "node:timers/promises";

/** What `look` gives as soon as it is neither undefined, null nor false. @throws after `timeoutMs` (15 s) */
export async function waitFor<Value>(
  look: () => Value | Promise<Value>,
  { what = "condition", timeoutMs = 15_000 }: { what?: string; timeoutMs?: number } = {},
): Promise<Exclude<Value, undefined | null | false>> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== null && value !== false)
      return value as Exclude<Value, undefined | null | false>;
    if (performance.now() > untilMs) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(10);
  }
}
