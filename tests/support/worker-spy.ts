import { observer, type types } from "mediasoup";

/** What mediasoup has open on each worker of this process, by its own observer: tests count pipes with it. */
export class WorkerSpy {
  readonly #routers = new Map<types.Router, number>();
  readonly #transports = new Map<types.Router, Set<types.Transport>>();
  readonly #producers = new Map<types.Transport, Set<types.Producer>>();
  readonly #handleWorker = (worker: types.Worker) => {
    worker.observer.on("newrouter", (router) => this.#handleRouter(router, worker.pid));
  };

  constructor() {
    observer.on("newworker", this.#handleWorker);
  }

  close(): void {
    observer.off("newworker", this.#handleWorker);
  }

  /** Producers that came to the worker `pid` by a pipe. */
  pipedTo(pid: number): types.Producer[] {
    return this.routersOn(pid).flatMap((router) =>
      [...(this.#transports.get(router) ?? [])]
        .filter((transport) => transport.type === "pipe" && !transport.closed)
        .flatMap((transport) => [...(this.#producers.get(transport) ?? [])].filter((one) => !one.closed)),
    );
  }

  /** The router on worker `pid` that has this producer. */
  routerWith(pid: number, producerId: string): types.Router | null {
    const has = (transport: types.Transport) =>
      [...(this.#producers.get(transport) ?? [])].some((producer) => producer.id === producerId);
    return this.routersOn(pid).find((router) => [...(this.#transports.get(router) ?? [])].some(has)) ?? null;
  }

  routersOn(pid: number): types.Router[] {
    return [...this.#routers].flatMap(([router, on]) => (on === pid && !router.closed ? [router] : []));
  }

  #handleRouter(router: types.Router, pid: number): void {
    this.#routers.set(router, pid);
    const transports = new Set<types.Transport>();
    this.#transports.set(router, transports);
    router.observer.on("newtransport", (transport) => {
      transports.add(transport);
      const producers = new Set<types.Producer>();
      this.#producers.set(transport, producers);
      transport.observer.on("newproducer", (producer) => void producers.add(producer));
    });
  }
}
