// Spending limits of gateways: dollars per period, which begins with the first call.

import { ServiceError } from "../errors.js";
import { catalog } from "../models/catalog.js";

const DAY = 24 * 60 * 60 * 1000;
/** Dollars per million tokens of other authors' models, whose prices are not known. */
const OTHERS_PRICE = 1;

export class Spending {
  #limits;
  /** The dollars spent and the end of the period, by gateway. */
  #spent = new Map();

  /** @param {Record<string, { usd: number, windowMs?: number }>} [limits] by gateway; `"*"` is any other */
  constructor(limits = {}) {
    for (const [id, limit] of Object.entries(limits)) {
      const { usd, windowMs = DAY } = Object(limit);
      if (!(usd >= 0) || !(windowMs > 0))
        throw new TypeError(`spendLimits["${id}"]: { usd, windowMs? }, numbers from 0 on`);
    }
    this.#limits = limits;
  }

  #of({ id }) {
    const limit = this.#limits[id] ?? this.#limits["*"];
    if (!limit) return undefined;
    let spent = this.#spent.get(id);
    if (!spent || spent.until <= Date.now()) {
      spent = { usd: 0, until: Date.now() + (limit.windowMs ?? DAY) };
      this.#spent.set(id, spent);
    }
    return { limit, spent };
  }

  /** Rejects a call of a gateway whose limit is reached. */
  check({ gateway }) {
    const counted = this.#of(gateway);
    if (counted && counted.spent.usd >= counted.limit.usd) throw new ServiceError(2041);
  }

  add({ gateway }, usd) {
    const counted = this.#of(gateway);
    if (counted) counted.spent.usd += usd;
  }
}

/** Dollars that a call has cost. */
export function costOf({ cached, neurons = 0, usage, thirdParty }) {
  if (cached) return 0;
  return thirdParty ? ((usage?.total_tokens ?? 0) * OTHERS_PRICE) / 1e6 : neurons * catalog.usdPerNeuron;
}
