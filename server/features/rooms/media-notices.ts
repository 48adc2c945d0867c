/*
 * The media node's notices on their way to the sockets. They go out one turn later than they came, so that a notice
 * that followed an answer on the link follows the acknowledgement on the socket too.
 */
import type { MediaNoticeData, MediaNoticeName } from "../../contract/media.ts";
import type { ServerContext } from "../../platform/context.ts";
import type { BoothRooms } from "./booth-rooms.ts";
import type { BoothStaff } from "./booth-staff.ts";
import type { Presences } from "./presences.ts";

interface Parts {
  presences: Presences;
  booths: BoothRooms;
  staff: BoothStaff;
}

/** Returns the unsubscribe. */
export function forwardMediaNotices(ctx: ServerContext, { presences, booths, staff }: Parts): () => void {
  const { notify } = ctx;
  const unsubscribes: (() => void)[] = [];
  function on<Name extends MediaNoticeName>(name: Name, handle: (data: MediaNoticeData<Name>) => void): void {
    unsubscribes.push(ctx.media.onNotice(name, (data) => void setImmediate(handle, data)));
  }

  on("room:peerJoined", ({ roomId, peer }) => {
    staff.see(roomId, peer);
    notify.toRoom(roomId, "room:peerJoined", { roomId, peer });
  });
  on("room:peerChanged", ({ roomId, peer }) => {
    staff.see(roomId, peer);
    notify.toRoom(roomId, "room:peerChanged", { roomId, peer });
  });
  on("room:peerLeft", ({ roomId, peerId }) => {
    staff.lose(roomId, peerId);
    notify.toRoom(roomId, "room:peerLeft", { roomId, peerId });
  });
  on("room:silentVisitorsCounted", (data) => notify.toRoom(data.roomId, "room:silentVisitorsCounted", data));
  on("room:activeSpeakerChanged", (data) => notify.toRoom(data.roomId, "room:activeSpeakerChanged", data));
  on("room:consumerOpened", ({ toPeerId, ...data }) =>
    notify.toPeer(data.roomId, toPeerId, "room:consumerOpened", data),
  );
  on("room:consumerClosed", ({ toPeerId, ...data }) =>
    notify.toPeer(data.roomId, toPeerId, "room:consumerClosed", data),
  );
  on("room:consumerPaused", ({ toPeerId, ...data }) =>
    notify.toPeer(data.roomId, toPeerId, "room:consumerPaused", data),
  );
  on("room:speakRightChanged", ({ toPeerId, ...data }) =>
    notify.toPeer(data.roomId, toPeerId, "room:speakRightChanged", data),
  );
  on("room:peerClosed", ({ roomId, toPeerId, reason }) => {
    const presence = presences.find(roomId, toPeerId);
    // The socket whose place was taken was told when the new one was in; the new one is not meant.
    if (presence === null || reason === "replaced") return;
    presence.connection.send("room:closed", { roomId, reason });
    presences.remove(presence);
    booths.closeLater(roomId);
  });
  on("room:closed", ({ roomId, reason }) => {
    booths.forget(roomId);
    staff.loseRoom(roomId);
    notify.toRoom(roomId, "room:closed", { roomId, reason });
    for (const presence of presences.ofRoom(roomId)) presences.remove(presence);
  });
  return () => {
    for (const unsubscribe of unsubscribes) unsubscribe();
  };
}
