/* nginx (Debian's nginx-light) with one worker and a configuration of its own, handing out the files of a folder. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFreePort } from "../../support/free-port.ts";
import { waitFor } from "../../support/wait-for.ts";
import { processTree } from "../harness/cpu.ts";
import { type Pinned, SERVER_CORE, spawnPinned } from "../harness/spawn-pinned.ts";

export class Nginx {
  readonly url: string;
  /** Its worker's. */
  readonly pid: number;
  readonly #process: Pinned;

  /** `files` are written below `folder`, where its own things are too. */
  static async create(folder: string, files: Record<string, Buffer>): Promise<Nginx> {
    const root = join(folder, "root");
    mkdirSync(root, { recursive: true, mode: 0o755 });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(root, name), bytes);
    const port = await findFreePort();
    const config = join(folder, "nginx.conf");
    writeFileSync(config, configuration({ folder, root, port }));
    const process = spawnPinned({
      core: SERVER_CORE,
      command: "/usr/sbin/nginx",
      args: ["-p", folder, "-c", config, "-e", "stderr"],
      stdio: ["ignore", "inherit", "inherit"],
    });
    const url = `http://127.0.0.1:${port}`;
    await waitFor(
      () =>
        fetch(url).then(
          (response) => response.status === 403,
          () => false,
        ),
      {
        timeoutMs: 10_000,
        what: "nginx",
      },
    );
    return new Nginx({ url, pid: processTree(process.pid).at(-1)!, process });
  }

  private constructor(parts: { url: string; pid: number; process: Pinned }) {
    this.url = parts.url;
    this.pid = parts.pid;
    this.#process = parts.process;
  }

  close(): Promise<void> {
    return this.#process.stop();
  }
}

function configuration({ folder, root, port }: { folder: string; root: string; port: number }): string {
  return `
user root;
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=1000;
  types { video/mp4 m4s; }
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    root ${root};
    add_header Cache-Control "public, max-age=3600, immutable";
    add_header X-Content-Type-Options nosniff;
    add_header Cross-Origin-Resource-Policy same-origin;
  }
}
`;
}
