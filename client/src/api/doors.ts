import type { CONTRACT_VERSION, HttpDoorName, HttpDoors } from "./contract.ts";

/*
 * What the page needs of the contract at run time. The compiler holds every line against
 * server/contract, so a change there that is not made here does not build.
 */
export const doors: { [Name in HttpDoorName]: Pick<HttpDoors[Name], "method" | "path"> } = {
  listEvents: { method: "get", path: "/events" },
  readEvent: { method: "get", path: "/events/:event" },
  readStage: { method: "get", path: "/events/:event/stages/:stage" },
  readBooth: { method: "get", path: "/events/:event/booths/:booth" },
  readManagedEvent: { method: "get", path: "/events/:event/manage" },
  createPresentation: { method: "post", path: "/events/:event/presentations" },
  updatePresentation: { method: "patch", path: "/events/:event/presentations/:presentationId" },
  deletePresentation: { method: "delete", path: "/events/:event/presentations/:presentationId" },
  updateRecording: { method: "patch", path: "/events/:event/recordings/:recordingId" },
  listLinks: { method: "get", path: "/events/:event/links" },
  revokeLink: { method: "delete", path: "/events/:event/links/:linkId" },
  openLink: { method: "post", path: "/session" },
  readSession: { method: "get", path: "/session" },
  leaveSession: { method: "delete", path: "/session" },
  readScreen: { method: "get", path: "/screen" },
  readClock: { method: "get", path: "/clock" },
};

export const contractVersion: typeof CONTRACT_VERSION = 1;
