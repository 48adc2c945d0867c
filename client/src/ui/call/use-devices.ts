import { useEffect, useState, useSyncExternalStore } from "react";
import { type DevicesSnapshot, LocalDevices } from "../../room/local-devices.ts";

/** The page's devices, from its first picture to its last. */
export function useDevices(): { devices: LocalDevices | null; snapshot: DevicesSnapshot | null } {
  const [devices, setDevices] = useState<LocalDevices | null>(null);
  useEffect(() => {
    const made = new LocalDevices(testConstraints());
    setDevices(made);
    return () => made.close();
  }, []);
  const snapshot = useSyncExternalStore(devices?.subscribe ?? never, () => devices?.getSnapshot() ?? null);
  return { devices, snapshot };
}

const never = () => () => {};

/** `?camera=320x180@15` asks for a smaller picture: for slow computers and lines. */
function testConstraints(): { video?: MediaTrackConstraints } {
  const wanted = /^(\d{3,4})x(\d{3,4})@(\d{1,2})$/.exec(
    new URLSearchParams(location.search).get("camera") ?? "",
  );
  if (!wanted) return {};
  const [width, height, frameRate] = wanted.slice(1).map(Number);
  return {
    video: { width: { ideal: width! }, height: { ideal: height! }, frameRate: { ideal: frameRate! } },
  };
}
