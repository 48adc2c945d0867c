import { type FSWatcher, watch } from "node:fs";
import { join, relative } from "node:path";

const SETTLE_MS = 200;

/** Calls `onChange` with the file's path once saving has settled. Returns the end of the watch. */
export function watchSources(root: string, folders: string[], onChange: (path: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers: FSWatcher[] = folders.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (!name || !/\.(ts|json)$/.test(name)) return;
      clearTimeout(timer);
      timer = setTimeout(() => onChange(relative(root, join(root, folder, name))), SETTLE_MS);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
