/*
 * What is missing between prisma/migrations and prisma/schema.prisma, as SQL. Runs Prisma's schema engine as
 * WebAssembly against a scratch database in memory: no engine binary, no database server. Once per process (a
 * second instance of the engine breaks its text decoder).
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { readMigrations } from "../server/platform/migration-files.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SCHEMA_FILE = join(ROOT, "prisma/schema.prisma");

/** The adapter does not wait for `executeScript`; this one does. */
class ScratchFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = "postgres";
  readonly adapterName = "scratch";
  readonly #client: PGlite;
  readonly #factory: PrismaPGlite;
  constructor(client: PGlite) {
    this.#client = client;
    this.#factory = new PrismaPGlite(client);
  }
  async connect(): Promise<SqlDriverAdapter> {
    const adapter = await this.#factory.connect();
    adapter.executeScript = async (script) => {
      await this.#client.exec(script);
    };
    return adapter;
  }
  connectToShadowDb(): Promise<SqlDriverAdapter> {
    return this.connect();
  }
}

/** SQL that takes a database with all migrations to the schema; `null` when the two agree. */
export async function diffSchema(): Promise<string | null> {
  await loadEngine();
  const scratch = await PGlite.create();
  try {
    for (const { sql } of readMigrations()) await scratch.exec(sql);
    const schema = { files: [{ path: SCHEMA_FILE, content: readFileSync(SCHEMA_FILE, "utf8") }] };
    const schemaEngine = await engine.SchemaEngine.new(
      { datamodels: schema.files.map(({ path, content }) => [path, content]) },
      () => {},
      bindMigrationAwareSqlAdapterFactory(new ScratchFactory(scratch)),
    );
    try {
      const { exitCode, stdout } = await schemaEngine.diff({
        from: { tag: "schemaDatasource", ...schema, configDir: ROOT },
        to: { tag: "schemaDatamodel", ...schema },
        script: true,
        exitCode: true,
        filters: { externalTables: [], externalEnums: [] },
      });
      return exitCode === 0 ? null : (stdout ?? "");
    } finally {
      schemaEngine.free();
    }
  } finally {
    await scratch.close();
  }
}

async function loadEngine(): Promise<void> {
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message() {} } });
  const folder = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
  const bytes = readFileSync(join(folder, "schema_engine_bg.wasm"));
  const imports = { "./schema_engine_bg.js": engine as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start: () => void }).__wbindgen_start();
}
