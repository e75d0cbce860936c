// What a caller wants of the gateway: options of the binding, or headers over HTTP, in one form.

const number = (value) => (value === null ? undefined : Number(value));
const flag = (value) => (value === null ? undefined : value === "true");

/** @returns {object | undefined} undefined: the call goes past any gateway */
export function gatewayFromHeaders(headers, id = headers.get("cf-aig-gateway-id")) {
  if (!id) return undefined;
  const read = (name) => headers.get(`cf-aig-${name}`);
  return {
    id,
    cacheKey: read("cache-key") ?? undefined,
    cacheTtl: number(read("cache-ttl") ?? headers.get("cf-cache-ttl")),
    skipCache: flag(read("skip-cache") ?? headers.get("cf-skip-cache")),
    collectLog: flag(read("collect-log")),
    metadata: parsed(read("metadata")),
    eventId: read("event-id") ?? undefined,
  };
}

function parsed(text) {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
