import type { BoothContent } from "../booth-content.ts";
import { t } from "../local-text.ts";

export const volunteers: BoothContent = {
  slug: "vapaaehtoiset",
  kind: "volunteers",
  colour: "#0f6e78",
  name: t("Rantalakeuden Vapaaehtoiset ry", "Kustslättens Frivilliga rf", "Rantalakeus Volunteers"),
  tagline: t("Tunti viikossa riittää", "En timme i veckan räcker", "An hour a week is enough"),
  description: t(
    "Välitämme ystäviä, lukijoita, ulkoiluttajia ja digiopastajia sinne, missä heitä kaivataan: palvelutaloihin, osastoille ja koteihin. Jokainen vapaaehtoinen haastatellaan, perehdytetään ja saa nimetyn yhteyshenkilön.\n\nTule kysymään, millainen tehtävä sopisi juuri sinulle.",
    "Vi förmedlar vänner, läsare, promenadsällskap och digitala handledare dit de behövs: till servicehus, avdelningar och hem. Varje frivillig intervjuas, introduceras och får en namngiven kontaktperson.\n\nKom och fråga vilken uppgift som passar just dig.",
    "We match friends, readers, walking company and digital helpers with those who need them: in care homes, wards and homes. Every volunteer is interviewed, inducted and has a named contact person.\n\nCome and ask which task would suit you.",
  ),
  materials: [
    {
      kind: "file",
      title: t("Vapaaehtoisen ensiaskeleet", "De första stegen som frivillig", "First steps as a volunteer"),
      file: "vapaaehtoisen-ensiaskeleet.pdf",
      leaflet: {
        title: "Vapaaehtoisen ensiaskeleet",
        paragraphs: [
          "1. Kerro, mistä pidät ja milloin sinulla on aikaa.",
          "2. Tapaamme ja juttelemme noin tunnin.",
          "3. Saat perehdytyksen ja tehtävän, joka sopii sinulle.",
          "4. Nimetty yhteyshenkilö on tukenasi koko ajan.",
          "5. Saat lopettaa milloin vain, ilman selityksiä.",
        ],
      },
    },
    {
      kind: "text",
      title: t("Nyt haemme", "Just nu söker vi", "Wanted now"),
      body: t(
        "Lukijoita osastolle 3, ulkoiluystäviä palvelutaloon ja digiopastajia kirjastoon. Koulutus alkaa ensi kuussa.",
        "Läsare till avdelning 3, promenadvänner till servicehuset och digitala handledare till biblioteket. Utbildningen börjar nästa månad.",
        "Readers for ward 3, walking friends for the care home, and digital helpers for the library. Training begins next month.",
      ),
    },
  ],
};
