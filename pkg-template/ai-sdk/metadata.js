// Converts the metadata of a call to the SDK's fields.

import { usdPerNeuron } from "../catalog/models.js";

/** The service's headers that the client keeps, by their names in `meta`. */
const HEADERS = {
  requestId: "cf-ai-req-id",
  gatewayLogId: "cf-aig-log-id",
  cacheStatus: "cf-aig-cache-status",
  neurons: "cf-ai-neurons",
};

/** `providerMetadata`: all of `meta`, and the cost in US dollars if the neurons are known. */
export function metadataOf(meta, more) {
  const own = { ...meta, ...more };
  if (own.neurons !== undefined) own.costUsd = Number((own.neurons * usdPerNeuron).toPrecision(12));
  return { workersai: own };
}

/** `response`: ids, the model that answered, and the known headers. */
export function responseOf({ requestId, model }) {
  return requestId === undefined ? { modelId: model } : { id: requestId, modelId: model };
}

/** The headers of the reply that the client keeps; undefined if there are none. */
export function headersOf(meta) {
  const known = Object.entries(HEADERS).filter(([name]) => meta[name] !== undefined);
  return known.length === 0
    ? undefined
    : Object.fromEntries(known.map(([name, header]) => [header, String(meta[name])]));
}
