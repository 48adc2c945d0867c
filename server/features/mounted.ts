import type { Mount } from "../platform/mount.ts";
import { mountBooths } from "./booths/index.ts";
import { mountChat } from "./chat/index.ts";
import { mountEvents } from "./events/index.ts";
import { mountHealth } from "./health/index.ts";
import { mountPeople } from "./people/index.ts";
import { mountProgramme } from "./programme/index.ts";
import { mountRecordings } from "./recordings/index.ts";
import { mountRooms } from "./rooms/index.ts";
import { mountSchedule } from "./schedule/index.ts";
import { mountScreens } from "./screens/index.ts";
import { mountStages } from "./stages/index.ts";
import { mountUploads } from "./uploads/index.ts";

/** Screens show whole stages: the two features meet here. */
const mountStagesAndScreens: Mount = (ctx, doors) => {
  const stages = mountStages(ctx, doors);
  mountScreens(ctx, doors, stages.views);
  return stages;
};

/** Every feature of the server, in the order in which they start; they close in reverse. */
export const features: Mount[] = [
  mountHealth,
  mountPeople,
  mountEvents,
  mountChat,
  mountRooms,
  mountProgramme,
  mountRecordings,
  mountStagesAndScreens,
  mountBooths,
  mountSchedule,
  mountUploads,
];
