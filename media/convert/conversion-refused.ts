import type { ConversionFailure } from "../../server/contract/convert.ts";

/** The upload itself is at fault; repeating would end the same. */
export class ConversionRefused extends Error {
  readonly failure: ConversionFailure;
  constructor(failure: ConversionFailure, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "ConversionRefused";
    this.failure = failure;
  }
}
