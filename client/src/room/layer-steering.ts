/** Of an `inbound-rtp` report: totals since the beginning. Read once a second. */
export interface LayerReading {
  packetsReceived?: number;
  packetsLost?: number;
}

const HIGH = 1;
const LOW = 0;
/** Share of packets lost between two readings that is too much for the large picture, and packets at least. */
const TOO_LOSSY = 0.05;
const LEAST_LOST = 3;
const BAD_READINGS = 2;
/** So much in one second is no moment's trouble: the line has not half the room. */
const FAR_TOO_LOSSY = 0.4;
/** Clean readings before the large picture is tried again; doubles each time that it did not hold. */
const GOOD_READINGS = 20;
const MAX_GOOD_READINGS = 160;

/**
 * Chooses between the programme's two pictures by what is lost: the server does not estimate a viewer's line,
 * since feedback for that would cost every viewer twice.
 */
export class LayerSteering {
  readonly #choose: (spatialLayer: number, isLineFull: boolean) => void;
  #layer = HIGH;
  #received = 0;
  #lost = 0;
  #bad = 0;
  #good = 0;
  #patience = GOOD_READINGS;

  /** `choose` is told whether the line loses what is sent. */
  constructor(choose: (spatialLayer: number, isLineFull: boolean) => void) {
    this.#choose = choose;
  }

  /** The one that was chosen last: a stream that comes anew begins with the large picture. */
  get layer(): number {
    return this.#layer;
  }

  get isLineFull(): boolean {
    return this.#layer === LOW || this.#bad > 0;
  }

  /** Back to the large picture. @returns its layer. */
  reset(): number {
    this.#layer = HIGH;
    this.#bad = 0;
    this.#good = 0;
    this.#patience = GOOD_READINGS;
    return HIGH;
  }

  read({ packetsReceived = 0, packetsLost = 0 }: LayerReading): void {
    const received = packetsReceived - this.#received;
    const lost = Math.max(0, packetsLost - this.#lost);
    this.#received = packetsReceived;
    this.#lost = packetsLost;
    // A new stream counts from zero again.
    if (received <= 0) return;
    const share = lost < LEAST_LOST ? 0 : lost / (received + lost);
    if (share > TOO_LOSSY) {
      this.#good = 0;
      this.#bad += share > FAR_TOO_LOSSY ? BAD_READINGS : 1;
    } else {
      this.#bad = 0;
      this.#good++;
    }
    if (this.#layer === HIGH && this.#bad >= BAD_READINGS) this.#move(LOW);
    else if (this.#layer === LOW && this.#good >= this.#patience) {
      this.#patience = Math.min(MAX_GOOD_READINGS, this.#patience * 2);
      this.#move(HIGH);
    }
  }

  #move(layer: number): void {
    this.#layer = layer;
    this.#bad = 0;
    this.#good = 0;
    this.#choose(layer, layer === LOW);
  }
}
