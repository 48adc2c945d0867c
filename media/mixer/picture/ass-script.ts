/* Scripts of libass (Advanced SubStation Alpha): one still, set in Inter, on a sheet of a given size. */

export function assScript(
  lines: string[],
  sheet: { widthPx: number; heightPx: number; margin: number },
): string {
  return [
    "[Script Info]",
    "ScriptType: v4.00+",
    `PlayResX: ${sheet.widthPx}`,
    `PlayResY: ${sheet.heightPx}`,
    "WrapStyle: 0",
    "",
    "[V4+ Styles]",
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding",
    `Style: card,Inter,36,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,4,${sheet.margin},${sheet.margin},0,1`,
    "",
    "[Events]",
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ...lines,
    "",
  ].join("\n");
}

/** One text or shape, with its own position in override tags. */
export function dialogue(content: string): string {
  return `Dialogue: 0,0:00:00.00,9:00:00.00,card,,0,0,0,,${content}`;
}

/** Text from people: braces and backslashes are commands in a script, line breaks end one. */
export function plain(value: string): string {
  return value
    .replaceAll("\\", "/")
    .replaceAll("{", "\\{")
    .replaceAll("}", "\\}")
    .replace(/\s+/g, " ")
    .trim();
}
