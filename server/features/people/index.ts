import type { Mount } from "../../platform/mount.ts";
import { mountPeopleRoutes } from "./people.routes.ts";

export const mountPeople: Mount = (ctx, { router }) => {
  mountPeopleRoutes(ctx, router);
  return undefined;
};
