import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DTLS_PATCH, patchDtlsTransport } from "../../../../media/worker/build-worker.mjs";

test("the installed mediasoup still has the line that the patch for kernel TLS changes", async () => {
  const source = await readFile(`node_modules/mediasoup/worker/${DTLS_PATCH.path}`, "utf8");
  const patched = patchDtlsTransport(source);
  expect(patched).not.toBe(source);
  expect(patched).toContain("(operationType & BIO_CB_RETURN) != 0");
  expect(patchDtlsTransport(patched)).toBe(patched);
});

test("a source that the patch does not know is refused", () => {
  expect(() => patchDtlsTransport("long onSslBioOut() {}")).toThrow(/differs/);
});
