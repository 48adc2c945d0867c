import type { ReactNode } from "react";
import type { SpeakRight } from "../../api/contract.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { DevicesSnapshot, LocalDevices } from "../../room/local-devices.ts";
import { Button, IconButton } from "../button.tsx";
import { Menu } from "../menu.tsx";
import "./call.css";
import { DeviceFaultNote } from "./device-check.tsx";

export interface DeviceBarProps {
  devices: LocalDevices;
  snapshot: DevicesSnapshot;
  /** What of it all may be sent here. */
  speakRight: SpeakRight;
  canShareScreen: boolean;
  /** Stays at the lower edge while the page scrolls. */
  isDocked?: boolean;
  children?: ReactNode;
}

/** Microphone, camera and screen of somebody who is in a room: on, off, changed, without leaving it. */
export function DeviceBar(props: DeviceBarProps) {
  const { devices, snapshot, speakRight, canShareScreen, isDocked, children } = props;
  const { t } = useTranslation("calls");
  return (
    <div className={isDocked ? "device-bar-area call-dock" : "device-bar-area"}>
      {(["microphone", "camera", "screen"] as const).map((source) => (
        <DeviceFaultNote key={source} fault={snapshot[source].fault} source={source} />
      ))}
      <div className="device-bar" role="toolbar" aria-label={t("ownDevices")}>
        {speakRight === "none" ? null : (
          <DeviceToggle source="microphone" devices={devices} snapshot={snapshot} />
        )}
        {speakRight === "picture" ? (
          <DeviceToggle source="camera" devices={devices} snapshot={snapshot} />
        ) : null}
        {speakRight === "picture" && canShareScreen && snapshot.canShareScreen ? (
          <Button
            icon="screen"
            tone={snapshot.screen.track ? "accent" : "secondary"}
            isPending={snapshot.screen.isBusy}
            onPress={() => (snapshot.screen.track ? devices.stop("screen") : void devices.start("screen"))}
          >
            {t(snapshot.screen.track ? "stopSharing" : "shareScreen")}
          </Button>
        ) : null}
        {children}
      </div>
    </div>
  );
}

interface DeviceToggleProps {
  source: "microphone" | "camera";
  devices: LocalDevices;
  snapshot: DevicesSnapshot;
}

function DeviceToggle({ source, devices, snapshot }: DeviceToggleProps) {
  const { t } = useTranslation("calls");
  const device = snapshot[source];
  const isOn = device.track !== null && !device.isMuted;
  const all = source === "camera" ? snapshot.cameras : snapshot.microphones;
  const entries = all
    .filter((one) => one.deviceId !== "")
    .map((one, index) => ({ id: one.deviceId, label: one.label || `${t(source)} ${index + 1}` }));
  const toggle = () => {
    if (!device.track) {
      devices.setMuted(source, false);
      void devices.start(source);
    } else devices.setMuted(source, isOn);
  };
  return (
    <div className="device-toggle">
      <Button
        icon={isOn ? source : source === "camera" ? "cameraOff" : "microphoneOff"}
        tone={isOn ? "secondary" : "danger"}
        isPending={device.isBusy}
        onPress={toggle}
        aria-pressed={isOn}
      >
        {t(isOn ? `${source}On` : `${source}Off`)}
      </Button>
      {entries.length > 1 ? (
        <Menu
          trigger={<IconButton icon="chevronDown" label={t(`choose.${source}`)} />}
          label={t(`choose.${source}`)}
          entries={entries}
          selected={device.deviceId ?? ""}
          onChoose={(deviceId) => void devices.start(source, deviceId)}
        />
      ) : null}
    </div>
  );
}
