/* The standing load on a product whose recordings and whose database each have a small disk of their own. */
import { LoadExtra } from "../../support/chaos/load-extra.ts";
import { SIZE_WITHOUT_BROWSERS, StandingLoad } from "../../support/chaos/standing-load.ts";
import { createDatabaseDisk, createRecordingsDisk } from "../../support/full-disk.ts";
import { createPlace } from "../../support/launched.ts";

export interface SmallDisks {
  recordings: ReturnType<typeof createRecordingsDisk>;
  database: ReturnType<typeof createDatabaseDisk>;
}

/** Twenty runs of a minute and a half fit. */
const RECORDINGS_MB = 768;

const disks = new LoadExtra<SmallDisks>("disks of its own");

/** The disks of a load that `createSmallDiskLoad` made. */
export function requireSmallDisks(load: StandingLoad): SmallDisks {
  return disks.of(load);
}

export async function createSmallDiskLoad(): Promise<StandingLoad> {
  const place = await createPlace();
  const own: SmallDisks = {
    recordings: createRecordingsDisk(place.dataDir, { sizeMb: RECORDINGS_MB }),
    database: createDatabaseDisk(place.dataDir),
  };
  const end = () => {
    own.recordings.close();
    own.database.close();
    place.remove();
  };
  try {
    const load = await StandingLoad.create({ place, size: SIZE_WITHOUT_BROWSERS });
    return disks.add(load, own, end);
  } catch (error) {
    end();
    throw error;
  }
}
