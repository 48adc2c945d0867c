import type { ComponentType } from "react";
import { loadTexts } from "../i18n/i18n.ts";
import type { Route } from "../navigation/match-path.ts";
import { prepareEvent, prepareEvents, prepareStage } from "./prepare.ts";

const watching = (load: () => Promise<ComponentType>) => async () => {
  const [page] = await Promise.all([load(), loadTexts("watch")]);
  return page;
};
const working = (load: () => Promise<ComponentType>) => async () => {
  const [page] = await Promise.all([load(), loadTexts("watch", "work")]);
  return page;
};

/** Knows of every page where its code is, and nothing of React: the page begins with it. */
export const routes: readonly Route[] = [
  {
    path: "/",
    prepare: prepareEvents,
    load: watching(async () => (await import("../features/events/events-page.tsx")).EventsPage),
  },
  {
    path: "/e/:event",
    prepare: prepareEvent,
    load: watching(async () => (await import("../features/events/event-page.tsx")).EventPage),
  },
  {
    path: "/e/:event/schedule",
    prepare: prepareEvent,
    load: watching(async () => (await import("../features/schedule/schedule-page.tsx")).SchedulePage),
  },
  {
    path: "/e/:event/stage/:stage",
    prepare: prepareStage,
    load: async () => (await import("../features/stages/stage-page.tsx")).StagePage,
  },
  {
    path: "/e/:event/replay/:recording",
    prepare: prepareEvent,
    load: watching(async () => (await import("../features/recordings/replay-page.tsx")).ReplayPage),
  },
  {
    path: "/e/:event/booth/:booth",
    load: working(async () => (await import("../features/booths/booth-page.tsx")).BoothPage),
  },
  {
    path: "/e/:event/booth/:booth/staff",
    load: working(async () => (await import("../features/booths/booth-staff-page.tsx")).BoothStaffPage),
  },
  {
    path: "/e/:event/stage/:stage/backstage",
    load: working(async () => (await import("../features/backstage/backstage-page.tsx")).BackstagePage),
  },
  {
    path: "/e/:event/manage",
    load: working(async () => (await import("../features/manage/manage-page.tsx")).ManagePage),
  },
  {
    path: "/join",
    load: watching(async () => (await import("../features/join/join-page.tsx")).JoinPage),
  },
  {
    path: "/screen",
    isBare: true,
    load: working(async () => (await import("../features/screen/screen-page.tsx")).ScreenPage),
  },
];
