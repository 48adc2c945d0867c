/** Control characters (PostgreSQL takes no NUL) and the marks that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
const UNWANTED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text as it is kept and shown: composed, trimmed; may come out empty. Never longer than it came, so that it stays within
 * the contract's bound: what composing takes apart (some Hebrew, Indic and musical signs) is left as it is.
 */
export function cleanText(text: string): string {
  const whole = text.toWellFormed();
  const composed = whole.normalize("NFC");
  return (composed.length > whole.length ? whole : composed).replace(UNWANTED, "").trim();
}
