// How an answer came about, in a line.

import { usdPerNeuron } from "workers-ai-wasm/catalog";
import { isStandIn, standInNote } from "./answerer.js";
import { h } from "./dom.js";

const seconds = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** Who answered, what it cost and how long it took; what is not known is left out. What a stand-in made up says so, and has no price. */
export function metaLine(meta = {}, more = {}) {
  const { model, neurons, durationMs, firstByteMs, attempts, cacheStatus, door, requestId } = meta;
  const facts = {
    model,
    door,
    time: durationMs === undefined ? undefined : seconds(durationMs),
    "first byte": firstByteMs === undefined ? undefined : seconds(firstByteMs),
    neurons: neurons === undefined || isStandIn ? undefined : cost(neurons),
    ...more,
    attempts: attempts > 1 ? attempts : undefined,
    cache: cacheStatus,
    request: requestId,
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
  if (known.length === 0) return standInNote();
  const line = h(
    "dl",
    { className: "meta" },
    known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value)))),
  );
  return isStandIn ? h("div", {}, standInNote(), line) : line;
}

/** Neurons, and the dollars that they are. */
function cost(neurons) {
  const usd = neurons * usdPerNeuron;
  const few = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
  if (neurons === 0) return "0";
  return `${few.format(neurons)} (${usd < 1e-6 ? "under a millionth of a dollar" : `$${few.format(usd)}`})`;
}
