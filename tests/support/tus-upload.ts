import { UPLOADS_PATH } from "../../server/contract/http.ts";
import type { Browser } from "./browser.ts";

const TUS = { "tus-resumable": "1.0.0" };

/** Asks to begin an upload. */
export function beginUpload(
  browser: Browser,
  options: { size: number; metadata?: Record<string, string>; headers?: Record<string, string> },
): Promise<Response> {
  const metadata = Object.entries(options.metadata ?? {})
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");
  return browser.fetch(UPLOADS_PATH, {
    method: "POST",
    headers: {
      ...TUS,
      "upload-length": String(options.size),
      ...(metadata && { "upload-metadata": metadata }),
      ...options.headers,
    },
  });
}

export function sendBytes(
  browser: Browser,
  location: string,
  { bytes, offset }: { bytes: Buffer; offset: number },
): Promise<Response> {
  return browser.fetch(location, {
    method: "PATCH",
    headers: { ...TUS, "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
    body: new Uint8Array(bytes),
  });
}

/** How many bytes the server has, or the status of its refusal. */
export async function offsetOf(browser: Browser, location: string): Promise<number> {
  const response = await browser.fetch(location, { method: "HEAD", headers: TUS });
  return response.ok ? Number(response.headers.get("upload-offset")) : -response.status;
}

/** A whole upload. Returns its address. */
export async function upload(
  browser: Browser,
  { presentationId, bytes, filename }: { presentationId: string; bytes: Buffer; filename: string },
): Promise<string> {
  const metadata = { presentationId, filename };
  const begun = await beginUpload(browser, { size: bytes.length, metadata });
  if (begun.status !== 201) throw new Error(`upload refused: ${begun.status} ${await begun.text()}`);
  const location = begun.headers.get("location") ?? "";
  const sent = await sendBytes(browser, location, { bytes, offset: 0 });
  if (sent.status !== 204) throw new Error(`bytes refused: ${sent.status} ${await sent.text()}`);
  return location;
}
