import type { BoothContent } from "../booth-content.ts";
import { t } from "../local-text.ts";

export const childrenAndFamilies: BoothContent = {
  slug: "perheiden-pesa",
  kind: "children-and-families",
  colour: "#b5541c",
  name: t("Rantalakeuden Perheiden Pesä ry", "Kustslättens Familjebo rf", "Rantalakeus Family Nest"),
  tagline: t("Tukea vauvasta murrosikään", "Stöd från baby till tonår", "Support from baby to teenager"),
  description: t(
    "Perhekahviloita, eroryhmiä, lapsiperheiden kotiapua ja vapaaehtoisia varamummoja. Meille saa tulla keskeneräisenä: pyjamassa, itkuisena tai ihan vain kahville.\n\nPöydässä voit varata tutustumiskäynnin perhekahvilaan.",
    "Familjecaféer, skilsmässogrupper, hemhjälp för barnfamiljer och frivilliga reservmormödrar. Hos oss får man vara ofärdig: i pyjamas, ledsen eller bara på kaffe.\n\nVid bordet kan du boka ett besök på familjecaféet.",
    "Family cafés, groups for divorcing parents, help at home and volunteer grandparents. Come as you are: in pyjamas, in tears, or just for coffee.\n\nAt the table you can book a visit to the family café.",
  ),
  materials: [
    {
      kind: "text",
      title: t("Perhekahvilat", "Familjecaféer", "Family cafés"),
      body: t(
        "Joka arkiaamu klo 9.30–11.30 kirjastotalolla. Vauvoille oma nurkkaus, isommille askartelua. Ei ilmoittautumista.",
        "Varje vardagsmorgon kl. 9.30–11.30 i bibliotekshuset. En egen vrå för babyer, pyssel för större. Ingen anmälan.",
        "Every weekday, 9.30–11.30 am, at the library. A corner for babies, crafts for older ones. No need to sign up.",
      ),
    },
    {
      kind: "link",
      title: t("Varaa varamummo", "Boka en reservmormor", "Book a volunteer grandparent"),
      url: "https://perheidenpesa.example.org/varamummot",
    },
  ],
};
