/** A step of the set-up that failed: what failed, why, and what the reader can do. Printed without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} what
   * @param {{ why?: string, advice?: string, cause?: unknown }} [details] `why` may have several lines.
   */
  constructor(what, { why = "", advice = "", cause } = {}) {
    super(what, { cause });
    this.name = "SetupError";
    this.why = why;
    this.advice = advice;
  }
}
