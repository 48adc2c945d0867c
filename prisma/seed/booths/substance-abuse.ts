import type { BoothContent } from "../booth-content.ts";
import { t } from "../local-text.ts";

export const substanceAbuse: BoothContent = {
  slug: "selva-suunta",
  kind: "substance-abuse",
  colour: "#3d6b35",
  name: t("Rantalakeuden Selvä Suunta ry", "Kustslättens Klara Riktning rf", "Rantalakeus Clear Direction"),
  tagline: t("Yksi päivä kerrallaan", "En dag i taget", "One day at a time"),
  description: t(
    "Päihteistä irti pyrkivien ja heidän läheistensä yhdistys. Kynnystä ei ole: saat tulla, vaikka et olisi vielä päättänyt mitään. Kokemusasiantuntijamme tietävät, millaista alku on.\n\nPuhumme myös peleistä ja siitä, miten läheinen voi jaksaa.",
    "En förening för dem som vill bli fria från rusmedel och för deras närstående. Tröskeln är noll: du får komma även om du inte har bestämt något än. Våra erfarenhetsexperter vet hur det är i början.\n\nVi talar också om spel och om hur en närstående kan orka.",
    "An association for people who want to get free of substances, and for those close to them. There is no threshold: come even if you have not decided anything yet. Our experts by experience know what the beginning is like.\n\nWe also talk about gambling, and how relatives cope.",
  ),
  materials: [
    {
      kind: "text",
      title: t("Vertaisryhmät", "Kamratgrupper", "Peer groups"),
      body: t(
        "Tiistai klo 18: avoin ryhmä.\nPerjantai klo 18: läheisten ryhmä.\nSunnuntai klo 15: yhteinen ruoka, ei ohjelmaa.",
        "Tisdag kl. 18: öppen grupp.\nFredag kl. 18: grupp för närstående.\nSöndag kl. 15: gemensam mat, inget program.",
        "Tuesday 6 pm: open group.\nFriday 6 pm: group for relatives.\nSunday 3 pm: a shared meal, no programme.",
      ),
    },
    {
      kind: "link",
      title: t("Keskustelu nimettömänä", "Chatta anonymt", "Talk anonymously"),
      url: "https://selvasuunta.example.org/chat",
    },
  ],
};
