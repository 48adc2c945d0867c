import type { Mount } from "../platform/mount.ts";
import { mountHealth } from "./health/index.ts";

/** Every feature of the server, in the order in which they start; they close in reverse. */
export const features: Mount[] = [mountHealth];
