import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** `sun_path` holds 104 bytes on macOS, 108 on Linux, its closing zero included (unix(7)). */
const MAX_SOCKET_PATH_BYTES = 103;

/** `<folder>/<name>`, or when that is too long for a unix socket, a short folder of this user's in the temp folder. */
export function socketPath(folder: string, name: string): string {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  const digest = createHash("sha256").update(folder).digest("hex").slice(0, 12);
  return join(tmpdir(), `torilla-${userInfo().uid}-${digest}`, name);
}
