import { createBrowserRouter } from "react-router";
import { Loading } from "../ui/spinner.tsx";
import { AppShell } from "./app-shell.tsx";
import { BareShell } from "./bare-shell.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { preloadEvent, preloadEvents, preloadStage } from "./preload.ts";
import { RouteErrorPage } from "./route-error-page.tsx";

/*
 * Every page is a chunk of its own. A loader starts the page's first request (and, for a stage, its player)
 * while the chunk is still on its way; it never makes the page wait.
 */
export const router = createBrowserRouter([
  {
    ErrorBoundary: RouteErrorPage,
    HydrateFallback: Loading,
    children: [
      {
        Component: AppShell,
        children: [
          {
            ErrorBoundary: RouteErrorPage,
            children: [
              {
                path: "/",
                loader: preloadEvents,
                lazy: async () => ({
                  Component: (await import("../features/events/events-page.tsx")).EventsPage,
                }),
              },
              {
                path: "/e/:event",
                loader: preloadEvent,
                lazy: async () => ({
                  Component: (await import("../features/events/event-page.tsx")).EventPage,
                }),
              },
              {
                path: "/e/:event/schedule",
                loader: preloadEvent,
                lazy: async () => ({
                  Component: (await import("../features/schedule/schedule-page.tsx")).SchedulePage,
                }),
              },
              {
                path: "/e/:event/stage/:stage",
                loader: preloadStage,
                lazy: async () => ({
                  Component: (await import("../features/stages/stage-page.tsx")).StagePage,
                }),
              },
              {
                path: "/e/:event/replay/:recording",
                loader: preloadEvent,
                lazy: async () => ({
                  Component: (await import("../features/recordings/replay-page.tsx")).ReplayPage,
                }),
              },
              {
                path: "/e/:event/booth/:booth",
                lazy: async () => ({
                  Component: (await import("../features/booths/booth-page.tsx")).BoothPage,
                }),
              },
              {
                path: "/e/:event/booth/:booth/staff",
                lazy: async () => ({
                  Component: (await import("../features/booths/booth-staff-page.tsx")).BoothStaffPage,
                }),
              },
              {
                path: "/e/:event/stage/:stage/backstage",
                lazy: async () => ({
                  Component: (await import("../features/backstage/backstage-page.tsx")).BackstagePage,
                }),
              },
              {
                path: "/e/:event/manage",
                lazy: async () => ({
                  Component: (await import("../features/manage/manage-page.tsx")).ManagePage,
                }),
              },
              {
                path: "/join",
                lazy: async () => ({ Component: (await import("../features/join/join-page.tsx")).JoinPage }),
              },
              { path: "*", Component: NotFoundPage },
            ],
          },
        ],
      },
      {
        Component: BareShell,
        children: [
          {
            path: "/screen",
            lazy: async () => ({
              Component: (await import("../features/screen/screen-page.tsx")).ScreenPage,
            }),
          },
        ],
      },
    ],
  },
]);
