import type { types } from "mediasoup-client";

/*
 * A camera's layers: the full picture and, where that has pixels to spare, half of it, which the mixer and other
 * pages take where the camera is shown small.
 */

const FULL: types.RtpEncodingParameters = { maxBitrate: 1_500_000 };
const HALF: types.RtpEncodingParameters = { maxBitrate: 500_000, scaleResolutionDownBy: 2 };
/** The node takes every half layer for at least half of this (media/stage/feed-layer.ts). */
const MIN_LONG_SIDE_PX = 1280;
const MIN_SHORT_SIDE_PX = 720;

/**
 * Smallest first, as RTP's simulcast has them. One for a small camera, and for a browser in which two of H.264 were
 * not tried: an encoder that makes one layer of two would send the half.
 */
export function cameraEncodings(
  { width = 0, height = 0 }: Pick<MediaTrackSettings, "width" | "height">,
  canSimulcast: boolean,
): types.RtpEncodingParameters[] {
  const isLarge = Math.max(width, height) >= MIN_LONG_SIDE_PX && Math.min(width, height) >= MIN_SHORT_SIDE_PX;
  return isLarge && canSimulcast ? [{ ...HALF }, { ...FULL }] : [{ ...FULL }];
}
