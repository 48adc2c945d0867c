import { type Codec, type CodecContext, Dictionary } from "node-av/lib";
import { must } from "./native.ts";

/**
 * Opens a codec with its options. Never by `open2Sync`: node-av 6.1.1 frees the options twice there
 * (crash at the next garbage collection); the asynchronous call is sound.
 */
export async function openCodec(
  context: CodecContext,
  codec: Codec | null,
  options: Record<string, string> = {},
): Promise<void> {
  const settings = Dictionary.fromObject(options);
  try {
    must(`open ${codec?.name ?? "codec"}`, await context.open2(codec, settings));
  } catch (error) {
    context.freeContext();
    throw error;
  } finally {
    settings.free();
  }
}
