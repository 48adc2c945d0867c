import type { BoothContent } from "../booth-content.ts";
import { t } from "../local-text.ts";

export const disability: BoothContent = {
  slug: "esteeton-arki",
  kind: "disability",
  colour: "#1f5fa8",
  name: t(
    "Rantalakeuden Esteetön Arki ry",
    "Kustslättens Tillgängliga Vardag rf",
    "Rantalakeus Accessible Everyday",
  ),
  tagline: t("Kaikki mukaan, ihan oikeasti", "Alla med, på riktigt", "Everybody included, for real"),
  description: t(
    "Vammaisten ihmisten ja heidän perheidensä yhdistys. Autamme palvelujen hakemisessa, kokeilemme apuvälineitä ja katsomme yhdessä, missä kynnys on liian korkea.\n\nMessuilla voit kysyä henkilökohtaisesta avusta, asunnon muutostöistä ja kuljetuspalveluista.",
    "En förening för personer med funktionsnedsättning och deras familjer. Vi hjälper till att söka service, provar hjälpmedel och ser tillsammans efter var tröskeln är för hög.\n\nFråga om personlig assistans, ändringsarbeten i bostaden och färdtjänst.",
    "An association of disabled people and their families. We help with applying for services, try out assistive devices, and look together for thresholds that are too high.\n\nAsk about personal assistance, home alterations and transport services.",
  ),
  materials: [
    {
      kind: "text",
      title: t("Apuvälinelainaamo", "Utlåning av hjälpmedel", "Assistive device library"),
      body: t(
        "Lainaamme pyörätuoleja, rollaattoreita ja induktiosilmukoita enintään kuukaudeksi. Laina on maksuton. Varaa ajoissa, niin säädämme välineen sinulle sopivaksi.",
        "Vi lånar ut rullstolar, rollatorer och hörselslingor för högst en månad. Lånet är gratis. Boka i tid, så ställer vi in hjälpmedlet för dig.",
        "We lend wheelchairs, rollators and hearing loops for up to a month, free of charge. Book in time and we fit the device for you.",
      ),
    },
    {
      kind: "link",
      title: t("Esteettömyyskartta", "Tillgänglighetskarta", "Accessibility map"),
      url: "https://esteetonarki.example.org/kartta",
    },
  ],
};
