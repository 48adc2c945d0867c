import type { Realtime } from "../../platform/answer.ts";
import { channels } from "../../platform/notifier.ts";

export function mountScheduleSocket(realtime: Realtime): void {
  realtime.answer("manage:watch", async ({ data, connection, authorise }) => {
    authorise({ eventId: data.eventId });
    connection.join(channels.managers(data.eventId));
    return {};
  });
  realtime.answer("manage:unwatch", async ({ data, connection }) => {
    connection.leave(channels.managers(data.eventId));
    return {};
  });
}
