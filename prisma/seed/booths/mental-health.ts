import type { BoothContent } from "../booth-content.ts";
import { t } from "../local-text.ts";

export const mentalHealth: BoothContent = {
  slug: "mielen-silta",
  kind: "mental-health",
  colour: "#2f5d62",
  name: t("Rantalakeuden Mielen Silta ry", "Kustslättens Sinnesbro rf", "Rantalakeus Bridge of Mind"),
  tagline: t(
    "Vertaisia, kun mieli on maassa",
    "Jämlikar när sinnet är tungt",
    "Peers for when you are feeling low",
  ),
  description: t(
    "Olemme mielenterveyskuntoutujien ja heidän läheistensä yhdistys. Kohtaamispaikassamme saa juoda kahvia, olla hiljaa tai puhua. Vertaisryhmiin pääsee ilman lähetettä ja omalla nimimerkillä.\n\nTule pöytään juttelemaan. Sinun ei tarvitse tietää valmiiksi, mitä kysyä.",
    "Vi är en förening för personer i psykisk återhämtning och deras närstående. På vår mötesplats får man dricka kaffe, vara tyst eller prata. Till kamratgrupperna kommer du utan remiss och under signatur.\n\nKom till bordet och prata. Du behöver inte veta på förhand vad du vill fråga.",
    "We are an association of people recovering from mental illness and those close to them. At our meeting place you may have coffee, be quiet or talk. Peer groups need no referral and no real name.\n\nCome to the table. You do not need to know in advance what to ask.",
  ),
  materials: [
    {
      kind: "text",
      title: t("Matalan kynnyksen ryhmät", "Lågtröskelgrupper", "Low-threshold groups"),
      body: t(
        "Maanantai klo 13–15: avoin kohtaamispaikka.\nKeskiviikko klo 17–19: masennuksen vertaisryhmä.\nTorstai klo 10–12: kävelyryhmä, lähtö kohtaamispaikan pihalta.",
        "Måndag kl. 13–15: öppen mötesplats.\nOnsdag kl. 17–19: kamratgrupp för depression.\nTorsdag kl. 10–12: promenadgrupp, start från mötesplatsens gård.",
        "Monday 1–3 pm: open meeting place.\nWednesday 5–7 pm: peer group for depression.\nThursday 10–12 am: walking group, starting from the yard.",
      ),
    },
    {
      kind: "file",
      title: t("Kun läheinen voi huonosti", "När en närstående mår dåligt", "When somebody close is unwell"),
      file: "kun-laheinen-voi-huonosti.pdf",
      leaflet: {
        title: "Kun läheinen voi huonosti",
        paragraphs: [
          "Kysy suoraan: miten sinä voit? Kysyminen ei pahenna oloa.",
          "Kuuntele enemmän kuin neuvot. Hiljaisuus on sallittua.",
          "Pidä kiinni tavallisesta: ruoka, kävely, seura.",
          "Jos pelkäät läheisesi turvallisuuden puolesta, soita 112.",
          "Huolehdi myös itsestäsi. Omaisten ryhmiin pääsee ilman lähetettä.",
        ],
      },
    },
    { kind: "link", title: t("Kotisivut", "Webbplats", "Website"), url: "https://mielensilta.example.org/" },
  ],
};
