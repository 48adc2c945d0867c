/** Somebody invented, as a picture: colours, hair, and whether they talk. */
export interface Person {
  hair: string;
  hairStyle: "bun" | "bob";
  skin: string;
  jacket: string;
  shirt: string;
  /** Upper and lower end of the wall behind. */
  wall: [string, string];
  hasGlasses: boolean;
  isTalking: boolean;
}

export const speaker: Person = {
  hair: "#6b4226",
  hairStyle: "bun",
  skin: "#f1cba9",
  jacket: "#1d5a4a",
  shirt: "#fbf3e2",
  wall: ["#f1e7d2", "#dcc9a4"],
  hasGlasses: false,
  isTalking: true,
};

export const host: Person = {
  hair: "#c9c3b8",
  hairStyle: "bob",
  skin: "#eebf9b",
  jacket: "#8a2f3b",
  shirt: "#f4f0e8",
  wall: ["#dfeaec", "#a9c3cb"],
  hasGlasses: true,
  isTalking: false,
};

export interface Slide {
  event: string;
  title: string;
  lines: string[];
  caption: string;
  bars: number[];
}

export const slide: Slide = {
  event: "Rantalakeuden järjestömessut",
  title: "Yhdessä on helpompi",
  lines: ["Vertainen kuuntelee ilman kelloa", "Apua saa ilman lähetettä", "Jokaisessa pöydässä on ihminen"],
  caption: "Vertaisryhmissä kävijöitä",
  bars: [0.42, 0.55, 0.5, 0.72, 0.94],
};
