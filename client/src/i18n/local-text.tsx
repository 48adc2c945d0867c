import type { Language } from "../api/contract.ts";
import { useLanguage } from "./use-language.ts";

type Text = { fi: string; sv: string; en: string };

/** The text in `language`, or the Finnish one where a translation is missing, and which it was. */
export function pickText(text: Text, language: Language): { text: string; language: Language } {
  return text[language].trim() === ""
    ? { text: text.fi, language: "fi" }
    : { text: text[language], language };
}

/** For attributes and sentences; elements use `<InLanguage>`, which also says the language of the text. */
export function useLocalText(): (text: Text) => string {
  const language = useLanguage();
  return (text) => pickText(text, language).text;
}

/** An organiser's text, marked with its language when it is not the page's (WCAG 3.1.2). */
export function InLanguage({ text, as: Tag = "span", className }: InLanguageProps) {
  const language = useLanguage();
  const picked = pickText(text, language);
  return (
    <Tag className={className} lang={picked.language === language ? undefined : picked.language}>
      {picked.text}
    </Tag>
  );
}

interface InLanguageProps {
  text: Text;
  as?: "span" | "p" | "h1" | "h2" | "h3" | "div";
  className?: string;
}
