import type { Language } from "../../contract/ids.ts";

interface SlateTexts {
  startingSoon: string;
  pause: string;
  continuesSoon: string;
  fault: string;
  faultPatience: string;
  lost(names: string): string;
  lostPatience: string;
  end: string;
  endReplays: string;
  next(time: string, title: string): string;
}

/** What the generated cards say. Held complete by the type. */
export const slateTexts: Record<Language, SlateTexts> = {
  fi: {
    startingSoon: "Alkaa pian",
    pause: "Tauko",
    continuesSoon: "Jatkamme pian",
    fault: "Lähetyksessä on katko",
    faultPatience: "Korjaamme sitä parhaillaan. Pysy kuulolla.",
    lost: (names) => `Yhteys katkesi: ${names}`,
    lostPatience: "Jatkamme heti, kun yhteys palaa.",
    end: "Kiitos, että olit mukana",
    endReplays: "Esitykset voi katsoa tallenteina.",
    next: (time, title) => `Seuraavaksi ${time}: ${title}`,
  },
  sv: {
    startingSoon: "Börjar snart",
    pause: "Paus",
    continuesSoon: "Vi fortsätter snart",
    fault: "Avbrott i sändningen",
    faultPatience: "Vi håller på att åtgärda det. Stanna kvar.",
    lost: (names) => `Förbindelsen bröts: ${names}`,
    lostPatience: "Vi fortsätter så snart den är tillbaka.",
    end: "Tack för att du var med",
    endReplays: "Framträdandena kan ses i efterhand.",
    next: (time, title) => `Härnäst ${time}: ${title}`,
  },
  en: {
    startingSoon: "Starting soon",
    pause: "Break",
    continuesSoon: "We will be back soon",
    fault: "The broadcast is interrupted",
    faultPatience: "We are working on it. Please stay with us.",
    lost: (names) => `Connection lost: ${names}`,
    lostPatience: "We continue as soon as it is back.",
    end: "Thank you for joining us",
    endReplays: "The presentations can be watched as recordings.",
    next: (time, title) => `Next at ${time}: ${title}`,
  },
};
