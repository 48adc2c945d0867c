import { rm } from "node:fs/promises";
import { join } from "node:path";

/** Where the files of uploads and videos lie in the data folder. All names come from the database. */
export class MediaFiles {
  readonly uploadsDir: string;
  readonly mediaDir: string;

  constructor(dataDir: string) {
    this.uploadsDir = join(dataDir, "uploads");
    this.mediaDir = join(dataDir, "media");
  }

  upload(uploadId: string): string {
    return join(this.uploadsDir, uploadId);
  }
  video(mediaId: string): string {
    return join(this.mediaDir, `${mediaId}.mp4`);
  }
  /** A TitleCard; in its stead a video without an upload is made. */
  card(mediaId: string): string {
    return join(this.mediaDir, `${mediaId}.card.json`);
  }

  /** With what tus knows of it. Nothing there is no failure. */
  async removeUpload(uploadId: string): Promise<void> {
    await Promise.all([
      rm(this.upload(uploadId), { force: true }),
      rm(`${this.upload(uploadId)}.json`, { force: true }),
    ]);
  }
  async removeVideo(mediaId: string): Promise<void> {
    await Promise.all([
      rm(this.video(mediaId), { force: true }),
      rm(`${this.video(mediaId)}.part`, { force: true }),
      rm(this.card(mediaId), { force: true }),
    ]);
  }
}
