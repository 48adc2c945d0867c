import { useEffect } from "react";
import type { BoothView } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import { type Query, queries } from "../../api/query.ts";
import { realtime } from "../../api/socket.ts";

export function boothQuery(event: string, booth: string): Query<BoothView> {
  return {
    key: ["booth", event, booth],
    read: (signal) => call("readBooth", { params: { event, booth }, signal }),
  };
}

/** Keeps "is somebody at the table" true while the page is open. */
export function useBoothNotices(booth: BoothView | undefined): void {
  const id = booth?.id;
  const event = booth?.event.slug;
  const slug = booth?.slug;
  useEffect(() => {
    if (!id || !event || !slug) return;
    const show = (isStaffed: boolean) =>
      queries.change(boothQuery(event, slug), (shown) => ({ ...shown, isStaffed }));
    const stops = [
      realtime.on("booth:staffed", (notice) => notice.boothId === id && show(notice.isStaffed)),
      realtime.onConnected(() => {
        realtime
          .request("booth:watch", { boothId: id })
          .then((answer) => show(answer.isStaffed))
          .catch(() => {});
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      realtime.request("booth:unwatch", { boothId: id }).catch(() => {});
    };
  }, [id, event, slug]);
}
