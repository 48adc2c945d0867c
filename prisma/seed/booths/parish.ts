import type { BoothContent } from "../booth-content.ts";
import { t } from "../local-text.ts";

export const parish: BoothContent = {
  slug: "seurakunta",
  kind: "parish",
  colour: "#7a5c1e",
  name: t("Rantalakeuden seurakunta", "Kustslättens församling", "Parish of Rantalakeus"),
  tagline: t("Keskusteluapua ja seuraa", "Samtalsstöd och sällskap", "Somebody to talk to"),
  description: t(
    "Diakoniatyö kuuluu kaikille, jäsenyydestä ja vakaumuksesta riippumatta. Sururyhmiä, ruoka-apua, keskusteluapua ja yhteisiä aterioita. Kaikki luottamuksella.\n\nPöydässä on diakoni, jonka kanssa saa jutella myös kahden kesken.",
    "Diakoniarbetet är till för alla, oberoende av medlemskap och övertygelse. Sorgegrupper, mathjälp, samtalsstöd och gemensamma måltider. Allt i förtroende.\n\nVid bordet finns en diakon som du också kan tala med i enrum.",
    "Our social work is for everybody, whatever the membership or conviction. Grief groups, food aid, conversations and shared meals. All in confidence.\n\nAt the table is a deacon whom you can also talk to in private.",
  ),
  materials: [
    {
      kind: "text",
      title: t("Yhteiset ateriat", "Gemensamma måltider", "Shared meals"),
      body: t(
        "Keskiviikkoisin klo 12 seurakuntatalolla. Ruoka on maksuton, ja kaikki ovat tervetulleita.",
        "På onsdagar kl. 12 i församlingshemmet. Maten är gratis och alla är välkomna.",
        "Wednesdays at noon in the parish hall. The food is free and everybody is welcome.",
      ),
    },
    {
      kind: "link",
      title: t("Sururyhmät", "Sorgegrupper", "Grief groups"),
      url: "https://seurakunta.example.org/sururyhmat",
    },
  ],
};
