import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { tabStorage } from "../../api/tab-storage.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { DeviceFault, DevicesSnapshot, LocalDevices } from "../../room/local-devices.ts";
import { Button } from "../button.tsx";
import { Select, TextField } from "../field.tsx";
import { Icon } from "../icon.tsx";
import "./call.css";
import { TrackLevelMeter, VideoView } from "./media-views.tsx";

export interface DeviceCheckProps {
  devices: LocalDevices;
  snapshot: DevicesSnapshot;
  title: string;
  lead: ReactNode;
  enterLabel: string;
  onEnter: (displayName: string) => void;
}

/** Before going in: choose and see the camera, hear-see the microphone, say one's name. Nothing is sent yet. */
export function DeviceCheck({ devices, snapshot, title, lead, enterLabel, onEnter }: DeviceCheckProps) {
  const { t } = useTranslation("calls");
  const [name, setName] = useState(() => tabStorage().getItem("torilla.displayName") ?? "");
  const [isNameMissing, setNameMissing] = useState(false);
  const { camera, microphone } = snapshot;

  useEffect(() => {
    void devices.startEach("camera", "microphone");
  }, [devices]);

  const enter = (submitted: FormEvent) => {
    submitted.preventDefault();
    const displayName = name.trim();
    setNameMissing(displayName === "");
    if (displayName === "") return;
    tabStorage().setItem("torilla.displayName", displayName);
    onEnter(displayName);
  };

  return (
    <form className="device-check" onSubmit={enter}>
      <div className="device-check-picture">
        {camera.track && !camera.isMuted ? (
          <VideoView track={camera.track} label={t("ownPicture")} isMirrored />
        ) : (
          <div className="call-no-picture">
            <Icon name="cameraOff" size={40} />
            <p>{camera.isBusy ? t("startingCamera") : t("cameraOff")}</p>
          </div>
        )}
      </div>
      <div className="device-check-form">
        <h2>{title}</h2>
        <div className="device-check-lead">{lead}</div>
        <TextField
          label={t("displayName")}
          hint={t("displayNameHint")}
          value={name}
          onChange={setName}
          maxLength={60}
          autoComplete="name"
          error={isNameMissing ? t("displayNameMissing") : undefined}
        />
        <DeviceChoice devices={devices} snapshot={snapshot} source="camera" />
        <DeviceChoice devices={devices} snapshot={snapshot} source="microphone" />
        {microphone.track ? (
          <div className="device-check-level">
            <span>{t("speakToTest")}</span>
            <TrackLevelMeter track={microphone.track} label={t("microphoneLevel")} />
          </div>
        ) : null}
        <Button type="submit" tone="primary" size="l" icon="arrowRight">
          {enterLabel}
        </Button>
      </div>
    </form>
  );
}

interface DeviceChoiceProps {
  devices: LocalDevices;
  snapshot: DevicesSnapshot;
  source: "camera" | "microphone";
}

/** One device: on or off, which one, and what is wrong with it. */
export function DeviceChoice({ devices, snapshot, source }: DeviceChoiceProps) {
  const { t } = useTranslation("calls");
  const device = snapshot[source];
  const all = source === "camera" ? snapshot.cameras : snapshot.microphones;
  const options = all
    .filter((one) => one.deviceId !== "")
    .map((one, index) => ({ value: one.deviceId, label: one.label || `${t(source)} ${index + 1}` }));
  return (
    <div className="device-choice">
      {options.length > 0 && device.track ? (
        <Select
          label={t(source)}
          value={device.deviceId}
          options={options}
          onChange={(deviceId) => void devices.start(source, deviceId)}
        />
      ) : null}
      {device.track ? (
        <Button
          size="s"
          tone="quiet"
          icon={source === "camera" ? "cameraOff" : "microphoneOff"}
          onPress={() => devices.stop(source)}
        >
          {t(source === "camera" ? "goWithoutCamera" : "goWithoutMicrophone")}
        </Button>
      ) : (
        <Button size="s" icon={source} isPending={device.isBusy} onPress={() => void devices.start(source)}>
          {t(source === "camera" ? "startCamera" : "startMicrophone")}
        </Button>
      )}
      <DeviceFaultNote fault={device.fault} source={source} />
    </div>
  );
}

export function DeviceFaultNote({
  fault,
  source,
}: {
  fault: DeviceFault | null;
  source: "camera" | "microphone" | "screen";
}) {
  const { t } = useTranslation("calls");
  if (!fault || (source === "screen" && fault === "cancelled")) return null;
  return (
    <p className="device-fault" role="alert">
      <Icon name="warning" size={20} />
      <span>
        {t(`fault.${source}.${fault}`, { defaultValue: t(`fault.${source}.unknown`) })} {t(`wayOn.${source}`)}
      </span>
    </p>
  );
}
