/** Control characters (PostgreSQL takes no NUL) and the marks that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
const UNWANTED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text as it is kept and shown: composed, trimmed; may come out empty. */
export function cleanText(text: string): string {
  return text.toWellFormed().normalize("NFC").replace(UNWANTED, "").trim();
}
