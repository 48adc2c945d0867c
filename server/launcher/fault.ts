/** A failure in words for the person who starts Torilla: what, and what to do about it. */
export class Fault extends Error {
  readonly advice: string;
  constructor(message: string, { advice }: { advice: string }) {
    super(message);
    this.name = "Fault";
    this.advice = advice;
  }
}
