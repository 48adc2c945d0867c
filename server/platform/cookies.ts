import { createHash, randomBytes } from "node:crypto";

/** Over https the `__Host-` prefix binds a cookie to this origin and to Secure (RFC 6265bis 4.1.3). */
export interface CookieNames {
  session: string;
  guest: string;
  isSecure: boolean;
}

export function cookieNamesFor(publicUrl: string): CookieNames {
  const isSecure = publicUrl.startsWith("https:");
  const prefix = isSecure ? "__Host-" : "";
  return { session: `${prefix}torilla_session`, guest: `${prefix}torilla_guest`, isSecure };
}

const VALUE = /^[A-Za-z0-9_-]{16,64}$/;

/** `null` when absent or not one that we made. */
export function findCookie(header: string | undefined, name: string): string | null {
  if (header === undefined || header.length > 8_192) return null;
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    return VALUE.test(value) ? value : null;
  }
  return null;
}

/** A Set-Cookie value. `maxAgeSeconds` 0 takes the cookie away. */
export function makeCookie(
  names: CookieNames,
  name: string,
  options: { value: string; maxAgeSeconds: number },
): string {
  const secure = names.isSecure ? "; Secure" : "";
  return `${name}=${options.value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${options.maxAgeSeconds}${secure}`;
}

/** `bits` of randomness in base64url. */
export function makeToken(bits: 128 | 256): string {
  return randomBytes(bits / 8).toString("base64url");
}

export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token).digest());
}
