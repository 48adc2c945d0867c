import type { BoothContent } from "../booth-content.ts";
import { t } from "../local-text.ts";

export const memory: BoothContent = {
  slug: "muistiyhdistys",
  kind: "memory",
  colour: "#6b4e9b",
  name: t(
    "Rantalakeuden Muistiyhdistys ry",
    "Kustslättens Minnesförening rf",
    "Rantalakeus Memory Association",
  ),
  tagline: t(
    "Muistin asialla, ihminen edellä",
    "För minnet, med människan först",
    "For memory, people first",
  ),
  description: t(
    "Tuemme muistisairaita ihmisiä, heidän läheisiään ja kaikkia, joita oma muisti askarruttaa. Muistiohjaajan kanssa voi jutella luottamuksella, ja ryhmissä tapaa muita samassa tilanteessa olevia.\n\nKysy meiltä muistitesteistä, edunvalvontavaltuutuksesta tai siitä, miten arjesta tehdään helpompaa.",
    "Vi stöder personer med minnessjukdom, deras närstående och alla som funderar över sitt eget minne. Med vår minnesrådgivare kan man tala i förtroende, och i grupperna möter man andra i samma situation.\n\nFråga oss om minnestest, intressebevakningsfullmakt eller hur vardagen kan bli lättare.",
    "We support people with memory disorders, those close to them, and anybody who wonders about the own memory. Our memory adviser listens in confidence, and the groups bring together people in the same situation.\n\nAsk us about memory tests, continuing power of attorney, or how to make everyday life easier.",
  ),
  materials: [
    {
      kind: "file",
      title: t("Muistin tueksi kotona", "Stöd för minnet hemma", "Supporting memory at home"),
      file: "muistin-tueksi-kotona.pdf",
      leaflet: {
        title: "Muistin tueksi kotona",
        paragraphs: [
          "Sama paikka samalle tavaralle: avaimet, silmälasit, lompakko.",
          "Iso kello ja päivyri, jossa näkyy viikonpäivä.",
          "Yksi lista jääkaapin ovessa on parempi kuin kymmenen lappua.",
          "Turvaliesi ja ovivahti lisäävät turvallisuutta huomaamatta.",
          "Kysy muistiohjaajalta, mitä apuvälineitä saa maksutta lainaksi.",
        ],
      },
    },
    {
      kind: "text",
      title: t(
        "Milloin muistista kannattaa huolestua?",
        "När ska man oroa sig för minnet?",
        "When to worry about memory",
      ),
      body: t(
        "Unohtelu on tavallista, kun on väsynyt tai kuormittunut. Hakeudu muistitesteihin, jos sovitut asiat katoavat toistuvasti, tuttu reitti tuntuu oudolta tai läheinen on huolissaan.",
        "Glömska är vanlig när man är trött eller belastad. Sök dig till minnestest om överenskomna saker upprepat försvinner, en bekant väg känns främmande eller en närstående är orolig.",
        "Forgetting is common when one is tired or under strain. Seek a memory test if agreed things keep disappearing, a familiar route feels strange, or somebody close to you is worried.",
      ),
    },
    {
      kind: "link",
      title: t("Muistikahvilat", "Minnescaféer", "Memory cafés"),
      url: "https://muistiyhdistys.example.org/kahvilat",
    },
  ],
};
