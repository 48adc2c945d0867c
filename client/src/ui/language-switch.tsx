import type { Language } from "../api/contract.ts";
import { changeLanguage } from "../i18n/i18n.ts";
import { languageNames, languages } from "../i18n/languages.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { useTranslation } from "../i18n/use-translation.ts";
import { Button } from "./button.tsx";
import { Menu } from "./menu.tsx";
import { toast } from "./toast.tsx";

export function LanguageSwitch() {
  const { t } = useTranslation();
  const language = useLanguage();
  const choose = (id: Language) => {
    changeLanguage(id).catch(() => toast(t("languageFailed", { language: languageNames[id] }), "warning"));
  };
  return (
    <Menu
      trigger={
        <Button tone="quiet" icon="globe" aria-label={`${t("language")}: ${languageNames[language]}`}>
          {language.toUpperCase()}
        </Button>
      }
      label={t("language")}
      entries={languages.map((id) => ({ id, label: languageNames[id], lang: id }))}
      onChoose={choose}
      selected={language}
    />
  );
}
