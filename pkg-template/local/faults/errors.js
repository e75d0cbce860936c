import { ServiceError } from "../errors.js";

/** Errors by a name that is easier to remember than their code; `error=NNNN` says any code. */
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

/** The error that these faults ask for, if they ask for one. */
export function faultError(faults) {
  const name = Object.keys(faults).find((candidate) => ERROR_NAMES.has(candidate));
  const code = faults.error ?? BY_NAME[name];
  if (code === undefined) return null;
  const headers = faults["retry-after"] === undefined ? {} : { "retry-after": String(faults["retry-after"]) };
  return new ServiceError(code, undefined, { headers, status: faults.status });
}

const EDGE_PAGE =
  "<!DOCTYPE html><html><head><title>520: Web server is returning an unknown error</title></head><body></body></html>";

/** Failures of the network's edge, which know nothing of the API's error shapes. */
export function edgeFailure(faults) {
  if (faults.edge)
    return new Response(EDGE_PAGE, { status: 520, headers: { "content-type": "text/html; charset=UTF-8" } });
  if (faults["edge-text"])
    return new Response("error code: 1031", {
      status: 500,
      headers: { "content-type": "text/plain; charset=UTF-8" },
    });
  return null;
}
