import type { TitleCard } from "../../server/contract/convert.ts";
import type { LocalText } from "../../server/contract/ids.ts";
import type { PresentationKind } from "../../server/contract/stages.ts";
import { t } from "./local-text.ts";

export const DEMO_SLUG = "jarjestomessut";

export const demoEvent = {
  slug: DEMO_SLUG,
  organisation: "Rantalakeuden hyvinvointialue",
  timeZone: "Europe/Helsinki",
  language: "fi",
  name: t("Rantalakeuden järjestömessut", "Kustslättens föreningsmässa", "Rantalakeus Association Fair"),
  description: t(
    "Luentoja, keskustelua ja kohtaamisia: yhdistykset, asiantuntijat ja kokemusasiantuntijat kertovat, mistä saa tukea arkeen. Tule kuuntelemaan luentoja, kysymään ja juttelemaan esittelypisteillä. Osallistuminen on maksutonta, eikä sinun tarvitse kertoa nimeäsi.",
    "Föreläsningar, samtal och möten: föreningar, sakkunniga och erfarenhetsexperter berättar var man får stöd i vardagen. Kom och lyssna på föreläsningarna, ställ frågor och prata vid föreningarnas bord. Det är gratis att delta och du behöver inte uppge ditt namn.",
    "Talks, conversations and encounters: associations, specialists and experts by experience tell where to find support for everyday life. Listen to the talks, ask questions and chat at the booths. Taking part is free and you do not need to give your name.",
  ),
  lengthMinutes: 180,
} as const;

export const demoStage = {
  slug: "paasali",
  name: t("Pääsali", "Stora salen", "Main hall"),
  description: t(
    "Päivän luennot ja haastattelut suorana lähetyksenä. Esitykset voi katsoa myöhemmin tallenteina.",
    "Dagens föreläsningar och intervjuer i direktsändning. Framträdandena kan ses i efterhand.",
    "The day's talks and interviews, live. The presentations can be watched later as recordings.",
  ),
} as const;

export interface PresentationContent {
  kind: PresentationKind;
  /** Minutes from the event's start. */
  startsAtMinute: number;
  lengthMinutes: number;
  title: LocalText;
  description: LocalText;
  speaker: string;
  /** Makes the video of a `video` presentation. */
  card?: TitleCard;
}

/** In order; the two recorded ones come soon after a start and again half an hour after it. */
export const demoSchedule: PresentationContent[] = [
  {
    kind: "live",
    startsAtMinute: 0,
    lengthMinutes: 10,
    speaker: "Aino Lehtokangas, hyvinvointialue",
    title: t(
      "Avaus: yhdessä on helpompi",
      "Öppning: tillsammans är det lättare",
      "Opening: it is easier together",
    ),
    description: t(
      "Messupäivä alkaa. Mitä tänään tapahtuu ja miten pääset mukaan keskusteluun.",
      "Mässdagen börjar. Vad händer i dag och hur deltar du i samtalet.",
      "The fair begins. What happens today and how to join the conversation.",
    ),
  },
  {
    kind: "video",
    startsAtMinute: 10,
    lengthMinutes: 2,
    speaker: "Tapani Hiljanto, unihoitaja",
    title: t("Unen merkitys jaksamiselle", "Sömnens betydelse för orken", "How sleep keeps us going"),
    description: t(
      "Tallennettu luento. Miksi uni katoaa kuormittavassa elämäntilanteessa, ja mitä sille voi itse tehdä.",
      "Inspelad föreläsning. Varför sömnen försvinner i en påfrestande livssituation och vad man själv kan göra.",
      "A recorded talk. Why sleep goes missing when life is hard, and what one can do about it.",
    ),
    card: {
      title: "Unen merkitys jaksamiselle",
      subtitle: "Tallennettu luento · Tapani Hiljanto, unihoitaja",
      lines: [
        "Uni on aivojen huoltotauko.",
        "Valvottu yö ei ole epäonnistuminen.",
        "Herää joka aamu samaan aikaan.",
        "Päivänvaloa heti aamusta, hämärää illalla.",
        "Kirjoita huolet paperille ennen nukkumaanmenoa.",
        "Jos uni ei tule, nouse hetkeksi ylös.",
        "Pyydä apua, jos valvominen jatkuu viikkoja.",
      ],
      colours: ["#101a33", "#1b3358", "#2c5282", "#3b6ca0"],
      toneHz: 110,
      lengthSeconds: 75,
    },
  },
  {
    kind: "interview",
    startsAtMinute: 15,
    lengthMinutes: 12,
    speaker: "Juontaja haastattelee",
    title: t(
      "Järjestöt tutuiksi: kuka auttaa ja missä",
      "Lär känna föreningarna: vem hjälper och var",
      "Meet the associations: who helps and where",
    ),
    description: t(
      "Esittelypisteiden väki kertoo, millaista apua on tarjolla ja miten mukaan pääsee.",
      "Folket vid borden berättar vilken hjälp som finns och hur man kommer med.",
      "People from the booths tell what help there is and how to join.",
    ),
  },
  {
    kind: "video",
    startsAtMinute: 30,
    lengthMinutes: 2,
    speaker: "Marja Suvanto, kokemusasiantuntija",
    title: t(
      "Kokemusasiantuntija: takaisin arkeen",
      "Erfarenhetsexpert: tillbaka till vardagen",
      "An expert by experience: back to everyday life",
    ),
    description: t(
      "Tallennettu puheenvuoro toipumisesta, vertaisista ja pienistä askelista.",
      "Inspelat inlägg om återhämtning, jämlikar och små steg.",
      "A recorded talk about recovery, peers and small steps.",
    ),
    card: {
      title: "Takaisin arkeen",
      subtitle: "Kokemusasiantuntija Marja Suvanto",
      lines: [
        "Ensimmäinen askel oli kertoa yhdelle ihmiselle.",
        "Vertainen ei kysynyt, miksi. Hän kysyi, mitä kuuluu.",
        "Toipuminen ei ollut suora tie.",
        "Huonoja päiviä saa olla.",
        "Arki palasi: kauppareissu, kahvi, kävely.",
        "Tänään minä olen se, joka kysyy, mitä kuuluu.",
      ],
      colours: ["#18241c", "#27452f", "#3c6146", "#56704a"],
      toneHz: 98,
      lengthSeconds: 60,
    },
  },
  {
    kind: "break",
    startsAtMinute: 35,
    lengthMinutes: 15,
    speaker: "",
    title: t("Kahvitauko", "Kaffepaus", "Coffee break"),
    description: t(
      "Piipahda esittelypisteillä: pöydissä on väkeä paikalla.",
      "Titta in vid borden: där finns folk på plats.",
      "Drop by the booths: there are people at the tables.",
    ),
  },
  {
    kind: "live",
    startsAtMinute: 50,
    lengthMinutes: 40,
    speaker: "Liisa Rautasaari, omaistyön kehittäjä",
    title: t(
      "Kuka auttaa auttajaa? Omaisen jaksaminen",
      "Vem hjälper hjälparen? Att orka som anhörig",
      "Who helps the helper? Coping as a relative",
    ),
    description: t(
      "Luento ja keskustelu: miten omainen huomaa oman väsymyksensä ja mistä apua saa. Kysy keskustelussa.",
      "Föreläsning och samtal: hur märker en anhörig sin egen trötthet och var får man hjälp. Ställ frågor i chatten.",
      "A talk and conversation: how a relative notices the own tiredness, and where to get help. Ask in the chat.",
    ),
  },
  {
    kind: "interview",
    startsAtMinute: 95,
    lengthMinutes: 20,
    speaker: "Juontaja haastattelee",
    title: t(
      "Vapaaehtoiseksi? Kolme tarinaa",
      "Bli frivillig? Tre berättelser",
      "Becoming a volunteer: three stories",
    ),
    description: t(
      "Kolme vapaaehtoista kertoo, miten he tulivat mukaan ja mitä he ovat saaneet.",
      "Tre frivilliga berättar hur de kom med och vad de har fått.",
      "Three volunteers tell how they joined and what they have got out of it.",
    ),
  },
  {
    kind: "live",
    startsAtMinute: 120,
    lengthMinutes: 20,
    speaker: "Suunnitteluryhmä",
    title: t("Päivän päätös", "Dagens avslutning", "Closing of the day"),
    description: t(
      "Mitä opimme, mitä teemme seuraavaksi ja miten annat palautetta.",
      "Vad vi lärde oss, vad vi gör härnäst och hur du ger respons.",
      "What we learned, what we do next, and how to give feedback.",
    ),
  },
];
