// The gateway settings of a call, from options of the binding or from headers over HTTP.

const text = (value) => value;
const flag = (value) => value === "true";

/** By the option's name: its header, how that is read, and an older name of it. */
const SETTINGS = {
  cacheKey: ["cf-aig-cache-key", text],
  cacheTtl: ["cf-aig-cache-ttl", Number, "cf-cache-ttl"],
  skipCache: ["cf-aig-skip-cache", flag, "cf-skip-cache"],
  collectLog: ["cf-aig-collect-log", flag],
  metadata: ["cf-aig-metadata", parsed],
  eventId: ["cf-aig-event-id", text],
  requestTimeoutMs: ["cf-aig-request-timeout", Number],
};

/** @returns {object | undefined} undefined: the call uses no gateway */
export function gatewayFromHeaders(headers, id = headers.get("cf-aig-gateway-id")) {
  if (!id) return undefined;
  const settings = { id };
  for (const [name, [header, read, older]] of Object.entries(SETTINGS)) {
    const value = headers.get(header) ?? (older ? headers.get(older) : null);
    if (value !== null) settings[name] = read(value);
  }
  return settings;
}

/** The headers of the binding's options. */
export const gatewayToHeaders = (gateway = {}) =>
  Object.entries({ id: ["cf-aig-gateway-id"], ...SETTINGS })
    .filter(([name]) => gateway[name] !== undefined)
    .map(([name, [header]]) => [
      header,
      typeof gateway[name] === "object" ? JSON.stringify(gateway[name]) : String(gateway[name]),
    ]);

function parsed(value) {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
