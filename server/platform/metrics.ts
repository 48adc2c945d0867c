import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Everything that `/metrics` shows. One registry a server, so that tests may run several in a process. */
export interface Metrics {
  registry: Registry;
  sockets: Gauge;
  socketsDropped: Counter;
  httpAnswers: Counter<"door" | "code">;
  socketAnswers: Counter<"request" | "code">;
  answerSeconds: Histogram<"door">;
  chatMessages: Counter;
  /** A number that is read whenever somebody looks. Names begin with `torilla_`. */
  watch(gauge: { name: string; help: string; read: () => number }): void;
}

export function createMetrics(options: { isProcessMeasured: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.isProcessMeasured) collectDefaultMetrics({ register: registry, prefix: "torilla_" });
  return {
    registry,
    sockets: new Gauge({ name: "torilla_sockets", help: "Sockets that are open", registers }),
    socketsDropped: new Counter({
      name: "torilla_sockets_dropped_total",
      help: "Sockets that were closed because they sent a flood",
      registers,
    }),
    httpAnswers: new Counter({
      name: "torilla_http_answers_total",
      help: "Answers of the API by door and code (ok or the error's)",
      labelNames: ["door", "code"],
      registers,
    }),
    socketAnswers: new Counter({
      name: "torilla_socket_answers_total",
      help: "Acknowledgements by request and code (ok or the error's)",
      labelNames: ["request", "code"],
      registers,
    }),
    answerSeconds: new Histogram({
      name: "torilla_answer_seconds",
      help: "Time from request to answer, HTTP and sockets",
      labelNames: ["door"],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    chatMessages: new Counter({ name: "torilla_chat_messages_total", help: "Messages committed", registers }),
    watch({ name, help, read }) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
  };
}
