import { useSyncExternalStore } from "react";
import { useTranslation } from "../i18n/use-translation.ts";
import { IconButton } from "./button.tsx";
import type { IconName } from "./icon.tsx";
import { Menu } from "./menu.tsx";
import { setTheme, type Theme, themeStore, themes } from "./theme.ts";

const icons: Record<Theme, IconName> = { auto: "theme", light: "sun", dark: "moon" };

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { theme } = useSyncExternalStore(themeStore.subscribe, themeStore.getSnapshot);
  return (
    <Menu
      trigger={<IconButton icon={icons[theme]} label={t("theme.label")} />}
      label={t("theme.label")}
      entries={themes.map((id) => ({ id, label: t(`theme.${id}`), icon: icons[id] }))}
      onChoose={setTheme}
      selected={theme}
    />
  );
}
