/** Types of `reporter.mjs` for the launcher, which goes on in the same voice. */
export interface Say {
  progress(text: string): void;
  warn(text: string): void;
}
export interface Reporter {
  /** @throws ReportedError once the failure is printed */
  run<T>(step: string, work: (say: Say) => Promise<T>): Promise<T>;
}
export function createReporter(stream?: { isTTY?: boolean; write(text: string): unknown }): Reporter;
export function formatElapsed(elapsedMs: number): string;
export function formatFailure(step: string, error: Error): string;
export class ReportedError extends Error {}
