import { Upload } from "tus-js-client";
import { Store } from "../../api/store.ts";

/** Address of the resumable upload; the contract's UPLOADS_PATH. */
const UPLOADS_PATH = "/api/uploads";
const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];

export interface UploadSnapshot {
  state: "idle" | "uploading" | "paused" | "done" | "refused";
  /** 0 to 1. */
  progress: number;
  fileName: string;
  /** HTTP status of a refusal. */
  status: number | null;
}

const idle: UploadSnapshot = { state: "idle", progress: 0, fileName: "", status: null };

/** One video on its way up. It goes on by itself after a lost connection, and after a reload when the same file is chosen again. */
export class VideoUpload {
  readonly #store = new Store<UploadSnapshot>(idle);
  #upload: Upload | null = null;

  subscribe = this.#store.subscribe;
  getSnapshot = this.#store.getSnapshot;

  async start(presentationId: string, file: File): Promise<void> {
    await this.#upload?.abort();
    this.#store.set({ ...idle, state: "uploading", fileName: file.name });
    const upload = new Upload(file, {
      endpoint: UPLOADS_PATH,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      removeFingerprintOnSuccess: true,
      metadata: { presentationId, filename: file.name },
      fingerprint: () =>
        Promise.resolve(["torilla", presentationId, file.name, file.size, file.lastModified].join("-")),
      onProgress: (sent, total) => this.#store.patch({ progress: total ? sent / total : 0 }),
      onSuccess: () => this.#store.patch({ state: "done", progress: 1 }),
      onError: (error) => {
        const response = "originalResponse" in error ? error.originalResponse : null;
        this.#store.patch({ state: "refused", status: response?.getStatus() ?? null });
      },
    });
    this.#upload = upload;
    const [previous] = await upload.findPreviousUploads();
    if (previous) upload.resumeFromPreviousUpload(previous);
    upload.start();
  }

  async pause(): Promise<void> {
    await this.#upload?.abort();
    this.#store.patch({ state: "paused" });
  }

  resume(): void {
    this.#upload?.start();
    this.#store.patch({ state: "uploading" });
  }

  close(): void {
    void this.#upload?.abort();
  }
}
