import type { BoothContent } from "../booth-content.ts";
import { childrenAndFamilies } from "./children-and-families.ts";
import { disability } from "./disability.ts";
import { memory } from "./memory.ts";
import { mentalHealth } from "./mental-health.ts";
import { parish } from "./parish.ts";
import { relatives } from "./relatives.ts";
import { substanceAbuse } from "./substance-abuse.ts";
import { volunteers } from "./volunteers.ts";

/** In the order of the hall. */
export const demoBooths: BoothContent[] = [
  memory,
  mentalHealth,
  relatives,
  disability,
  substanceAbuse,
  childrenAndFamilies,
  volunteers,
  parish,
];
