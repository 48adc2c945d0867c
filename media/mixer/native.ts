import { FFmpegError } from "node-av/lib";

/** A call into FFmpeg that failed, with its own word for why. */
class NativeError extends Error {
  readonly code: number;

  constructor(what: string, code: number) {
    super(`${what}: ${FFmpegError.strerror(code)} (${code})`);
    this.code = code;
  }
}

/** @throws NativeError when `code` is one of FFmpeg's negative answers. */
export function must(what: string, code: number): number {
  if (code < 0) throw new NativeError(what, code);
  return code;
}
