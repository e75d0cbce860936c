// Miniflare's remote-proxy format: the binding's original request is encoded in headers. Decoded, it is a
// request to the upstream.

const URL_HEADER = "mf-url";
const HEADER_PREFIX = "mf-header-";

export const isRemoteProxy = (headers) => headers.has(URL_HEADER);

/** The original request of the binding. */
export function unpackRemoteProxy(request) {
  const headers = new Headers();
  for (const [name, value] of request.headers) {
    if (name.startsWith(HEADER_PREFIX)) headers.append(name.slice(HEADER_PREFIX.length), value);
    else if (name === "upgrade" || name.startsWith("sec-websocket-")) headers.append(name, value);
  }
  const { method, body, signal } = request;
  return new Request(request.headers.get(URL_HEADER), {
    method,
    headers,
    body,
    signal,
    ...(body ? { duplex: "half" } : {}),
  });
}
