import type { Leaflet } from "./booth-content.ts";

const PAGE = { widthPt: 595, heightPt: 842, marginPt: 64 } as const;
const TITLE_PT = 24;
const TEXT_PT = 13;
const LINE_CHARS = 70;

/**
 * A one-page tagged PDF (title, language, structure tree: heading and paragraphs), so that screen readers can read
 * it. Helvetica in WinAnsi, which holds Finnish and Swedish.
 */
export function leafletPdf(leaflet: Leaflet): Buffer {
  const paragraphs = leaflet.paragraphs.map((text) => wrap(text));
  const elements = [leaflet.title, ...leaflet.paragraphs].length;
  const structure = Array.from({ length: elements }, (_, index) => 8 + index);
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /Lang (fi-FI) /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R /ViewerPreferences << /DisplayDocTitle true >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.widthPt} ${PAGE.heightPt}] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R /StructParents 0 /Tabs /S >>`,
    stream(content(leaflet.title, paragraphs)),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    `<< /Type /StructTreeRoot /K 7 0 R /ParentTree << /Nums [0 [${structure.map((id) => `${id} 0 R`).join(" ")}]] >> >>`,
    `<< /Type /StructElem /S /Document /P 6 0 R /K [${structure.map((id) => `${id} 0 R`).join(" ")}] >>`,
    ...structure.map(
      (_, index) => `<< /Type /StructElem /S /${index === 0 ? "H1" : "P"} /P 7 0 R /Pg 3 0 R /K ${index} >>`,
    ),
    `<< /Title ${string(leaflet.title)} >>`,
  ];
  return assemble(objects);
}

function content(title: string, paragraphs: string[][]): string {
  const { heightPt, marginPt } = PAGE;
  let yPt = heightPt - marginPt - TITLE_PT;
  const parts = [
    `/H1 << /MCID 0 >> BDC BT /F1 ${TITLE_PT} Tf ${marginPt} ${yPt} Td ${string(title)} Tj ET EMC`,
  ];
  yPt -= 2 * TITLE_PT;
  for (const [index, lines] of paragraphs.entries()) {
    const shown = lines.map((line) => `${string(line)} Tj 0 ${-1.5 * TEXT_PT} Td`).join(" ");
    parts.push(`/P << /MCID ${index + 1} >> BDC BT /F1 ${TEXT_PT} Tf ${marginPt} ${yPt} Td ${shown} ET EMC`);
    yPt -= (lines.length * 1.5 + 0.8) * TEXT_PT;
  }
  return parts.join("\n");
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE_CHARS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function string(text: string): string {
  return `(${text.replaceAll("–", "-").replace(/[\\()]/g, "\\$&")})`;
}

function stream(text: string): string {
  return `<< /Length ${Buffer.byteLength(text, "latin1")} >>\nstream\n${text}\nendstream`;
}

function assemble(objects: string[]): Buffer {
  let body = "%PDF-1.7\n%âãÏÓ\n";
  const offsets = objects.map((object, index) => {
    const offset = Buffer.byteLength(body, "latin1");
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const startXref = Buffer.byteLength(body, "latin1");
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  body += `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${startXref}\n%%EOF\n`;
  return Buffer.from(body, "latin1");
}
