import type { BoothContent } from "../booth-content.ts";
import { t } from "../local-text.ts";

export const relatives: BoothContent = {
  slug: "omaisten-tuki",
  kind: "relatives",
  colour: "#a14a3b",
  name: t(
    "Rantalakeuden Omaisten Tuki ry",
    "Kustslättens Anhörigstöd rf",
    "Rantalakeus Support for Relatives",
  ),
  tagline: t("Sinäkin saat väsyä", "Också du får vara trött", "You may be tired, too"),
  description: t(
    "Jos huolehdit puolisosta, vanhemmasta, lapsesta tai ystävästä, olet omainen. Meiltä saat kuuntelijan, ryhmän ja neuvoja omaishoidon tukeen ja vapaapäiviin.\n\nPöydässämme on tänään omaisneuvoja ja kaksi vertaista.",
    "Om du tar hand om en partner, förälder, ett barn eller en vän är du anhörig. Hos oss får du någon som lyssnar, en grupp och råd om stöd för närståendevård och lediga dagar.\n\nVid bordet finns i dag en anhörigrådgivare och två jämlikar.",
    "If you look after a partner, a parent, a child or a friend, you are a carer. We offer somebody who listens, a group, and advice about carers' allowance and days off.\n\nAt our table today: an adviser and two peers.",
  ),
  materials: [
    {
      kind: "file",
      title: t("Omaisen pieni muistilista", "Den anhörigas lilla checklista", "A carer's short checklist"),
      file: "omaisen-muistilista.pdf",
      leaflet: {
        title: "Omaisen pieni muistilista",
        paragraphs: [
          "Kuka voi tulla tunniksi, kun tarvitset oman hetken? Kirjoita kaksi nimeä.",
          "Omaishoidon tuki haetaan hyvinvointialueelta. Autamme hakemuksessa.",
          "Lakisääteiset vapaat ovat oikeus, eivät palkinto.",
          "Kerro lääkärillekin, että olet omaishoitaja.",
          "Varaa itsellesi yksi hyvä asia joka päivälle.",
        ],
      },
    },
    {
      kind: "text",
      title: t("Omaisten illat", "Kvällar för anhöriga", "Evenings for carers"),
      body: t(
        "Joka kuun toinen tiistai klo 17.30–19.30. Mukaan voi tulla myös etänä. Lastenhoito on järjestetty.",
        "Andra tisdagen varje månad kl. 17.30–19.30. Man kan också delta på distans. Barnpassning ordnas.",
        "Every second Tuesday of the month, 5.30–7.30 pm. You may also join online. There is childcare.",
      ),
    },
  ],
};
