import { useTranslation } from "../../i18n/use-translation.ts";
import type { Preference } from "../../player/path-choice.ts";
import type { Quality } from "../../player/programme.ts";
import type { PlayerSnapshot, ProgrammePlayer } from "../../player/programme-player.ts";
import { IconButton } from "../../ui/button.tsx";
import { Choice, Switch } from "../../ui/field.tsx";
import { Popover } from "../../ui/popover.tsx";
import "./player-settings-menu.css";

export interface PlayerSettingsMenuProps {
  player: ProgrammePlayer;
  snapshot: PlayerSnapshot;
}

const preferences: Preference[] = ["auto", "webrtc", "hls"];
const qualities: Quality[] = ["auto", "720", "360"];

export function PlayerSettingsMenu({ player, snapshot }: PlayerSettingsMenuProps) {
  const { t } = useTranslation("player");
  return (
    <Popover
      trigger={(props) => <IconButton icon="settings" label={t("settings")} {...props} />}
      role="dialog"
      label={t("settings")}
      className="player-settings"
    >
      {() => (
        <div>
          {snapshot.kind === "live" ? (
            <Choice
              label={t("path.label")}
              value={snapshot.preference}
              options={preferences.map((id) => ({ id, label: t(`path.${id}`) }))}
              onChange={(id) => player.choosePath(id)}
            />
          ) : null}
          <Choice
            label={t("quality.label")}
            value={snapshot.quality}
            options={qualities.map((id) => ({ id, label: t(`quality.${id}`) }))}
            onChange={(id) => player.setQuality(id)}
          />
          <Switch isSelected={snapshot.isAudioOnly} onChange={(is) => player.setAudioOnly(is)}>
            {t("audioOnly")}
          </Switch>
        </div>
      )}
    </Popover>
  );
}
