import type { RefObject } from "react";
import { Dialog, DialogTrigger, Label, Popover, Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Preference } from "../../player/path-choice.ts";
import type { Quality } from "../../player/programme.ts";
import type { PlayerSnapshot, ProgrammePlayer } from "../../player/programme-player.ts";
import { IconButton } from "../../ui/button.tsx";
import { Switch } from "../../ui/field.tsx";
import "./player-settings-menu.css";

export interface PlayerSettingsMenuProps {
  player: ProgrammePlayer;
  snapshot: PlayerSnapshot;
  /** Becomes full screen; what opens must lie inside it. */
  frame: RefObject<HTMLElement | null>;
}

const preferences: Preference[] = ["auto", "webrtc", "hls"];
const qualities: Quality[] = ["auto", "720", "360"];

export function PlayerSettingsMenu({ player, snapshot, frame }: PlayerSettingsMenuProps) {
  const { t } = useTranslation("player");
  return (
    <DialogTrigger>
      <IconButton icon="settings" label={t("settings")} />
      <Popover
        className="popover"
        placement="top end"
        {...(snapshot.isFullscreen && frame.current ? { UNSTABLE_portalContainer: frame.current } : {})}
      >
        <Dialog className="player-settings" aria-label={t("settings")}>
          {snapshot.kind === "live" ? (
            <Choice
              label={t("path.label")}
              value={snapshot.preference}
              options={preferences.map((id) => ({ id, label: t(`path.${id}`) }))}
              onChange={(id) => player.choosePath(id as Preference)}
            />
          ) : null}
          <Choice
            label={t("quality.label")}
            value={snapshot.quality}
            options={qualities.map((id) => ({ id, label: t(`quality.${id}`) }))}
            onChange={(id) => player.setQuality(id as Quality)}
          />
          <Switch isSelected={snapshot.isAudioOnly} onChange={(is) => player.setAudioOnly(is)}>
            {t("audioOnly")}
          </Switch>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: { id: string; label: string }[];
  onChange: (id: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <RadioGroup className="choice" value={value} onChange={onChange}>
      <Label className="choice-label">{label}</Label>
      {options.map((option) => (
        <Radio key={option.id} value={option.id} className="choice-option">
          <span className="choice-mark" aria-hidden="true" />
          {option.label}
        </Radio>
      ))}
    </RadioGroup>
  );
}
