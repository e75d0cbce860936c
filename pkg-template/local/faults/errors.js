import { ServiceError } from "../errors.js";
import { Answer } from "../streams/answer.js";

/** Errors by mnemonic names; `error=NNNN` selects any code. */
const BY_NAME = {
  auth: 10000,
  "bad-input": 5006,
  blocked: 2016,
  capacity: 3040,
  context: 5021,
  deprecated: 5028,
  "gateway-timeout": 2014,
  "json-mode": 5024,
  licence: 5016,
  "no-such-model": 5007,
  paid: 5035,
  quota: 4006,
  "rate-limit": 2003,
  server: 500,
  timeout: 3007,
  "too-large": 3006,
  "upstream-timeout": 3046,
};

export const ERROR_NAMES = new Set(Object.keys(BY_NAME));

/** The error of these faults, if they have one. */
export function faultError(faults, call) {
  const name = Object.keys(faults).find((candidate) => ERROR_NAMES.has(candidate));
  const code = faults.error ?? BY_NAME[name];
  if (code === undefined) return null;
  const error = new ServiceError(code, undefined, { headers: waits(faults), status: faults.status });
  if (faults.quote) error.message += quoted(call);
  return error;
}

/** The waiting time, in each header that can express it. */
function waits(faults) {
  const headers = {};
  if (faults["retry-after"] !== undefined) headers["retry-after"] = String(faults["retry-after"]);
  if (faults["retry-date"] !== undefined)
    headers["retry-after"] = new Date(Date.now() + faults["retry-date"] * 1000).toUTCString();
  if (faults["retry-after-ms"] !== undefined) headers["retry-after-ms"] = String(faults["retry-after-ms"]);
  return headers;
}

/** Parts of a request that a careless server repeats in an error. */
const quoted = ({ inputs, headers }) =>
  `, in ${JSON.stringify(inputs)} of ${headers.get("authorization") ?? "nobody"}`;

const EDGE_PAGE =
  "<!DOCTYPE html><html><head><title>520: Web server is returning an unknown error</title></head><body></body></html>";

/** Failures of the network's edge, which do not have the API's error formats. */
export function edgeFailure(faults) {
  if (faults.edge)
    return new Answer(EDGE_PAGE, {
      status: faults.status ?? 520,
      headers: { "content-type": "text/html; charset=UTF-8" },
    });
  if (faults["edge-text"])
    return new Answer("error code: 1031", {
      status: faults.status ?? 500,
      headers: { "content-type": "text/plain; charset=UTF-8" },
    });
  return null;
}
