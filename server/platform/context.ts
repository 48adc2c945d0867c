import type { Logger } from "pino";
import type { PrismaClient } from "../../gen/prisma/client.ts";
import type { Config } from "../config.ts";
import type { MediaPlane } from "../contract/media-plane.ts";
import type { Directory } from "./directory.ts";
import type { DomainNotices } from "./domain-notices.ts";
import type { Identities } from "./identities.ts";
import type { Metrics } from "./metrics.ts";
import type { Notifier } from "./notifier.ts";

/** What a feature may use; made once by `createServer`. */
export interface ServerContext {
  config: Config;
  /** Key of every HMAC of this installation. */
  secret: string;
  db: PrismaClient;
  media: MediaPlane;
  log: Logger;
  /** The wall clock; tests may set it. */
  now(): Date;
  notify: Notifier;
  domain: DomainNotices;
  /** Where stages and booths belong, without a statement when nothing changed. */
  directory: Directory;
  identities: Identities;
  metrics: Metrics;
  /** How long what domain notices renew may be kept untold: other server processes have their own notices. */
  keptMs: number;
  /** Tests and development: results are held against the contract. */
  isStrict: boolean;
}
