import type { Mount } from "../../platform/mount.ts";
import { mountLinkRoutes } from "./links.routes.ts";
import { mountPeopleRoutes } from "./people.routes.ts";

export const mountPeople: Mount = (ctx, { router }) => {
  mountPeopleRoutes(ctx, router);
  mountLinkRoutes(ctx, router);
  return undefined;
};
