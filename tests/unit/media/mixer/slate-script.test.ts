import { describe, expect, it } from "vitest";
import { plain } from "../../../../media/mixer/picture/ass-script.ts";
import { slateScript } from "../../../../media/mixer/picture/slate-script.ts";

describe("the slate's script", () => {
  it("takes people's text literally", () => {
    expect(plain("Yö {\\fs200}\\N & ääni\n2")).toBe("Yö \\{/fs200\\}/N & ääni 2");
  });

  it("holds each text that there is, and no empty line for one that is not", () => {
    const card = {
      reason: "break",
      eventName: "Messut",
      title: "Tauko",
      subtitle: "",
      nextLine: "",
    } as const;
    const script = slateScript(card);
    expect(script).toContain("Messut");
    expect(script).toContain("Tauko");
    expect(script.split("\n").filter((line) => line.startsWith("Dialogue")).length).toBe(
      slateScript({ ...card, nextLine: "Seuraavaksi" })
        .split("\n")
        .filter((line) => line.startsWith("Dialogue")).length - 2,
    );
  });
});
