import { GatewayHostFace } from "./faces/gateway-host.js";
import { isRemoteProxy, unpackRemoteProxy } from "./faces/remote-proxy.js";
import { RestFace } from "./faces/rest.js";
import { UpstreamFace } from "./faces/upstream.js";

const DEFAULT_PREFIX = "/ai";
const DEFAULT_MAX_BODY_BYTES = 100 * 1024 * 1024;

/**
 * One fetch handler for all doors over a service: REST, proxy prefix, the gateway's host, the binding's upstream, Miniflare's
 * remote proxy.
 */
export function handlerFor(service, options = {}) {
  const prefix = (options.prefix ?? DEFAULT_PREFIX).replace(/\/+$/, "");
  const maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  const rest = new RestFace(service, {
    accountId: options.accountId,
    apiToken: options.apiToken,
    prefix,
    maxBodyBytes,
  });
  const gatewayHost = new GatewayHostFace(service, rest, { maxBodyBytes });
  const upstream = new UpstreamFace(service, { maxBodyBytes });

  return async (received) => {
    const request = isRemoteProxy(received.headers) ? unpackRemoteProxy(received) : received;
    const url = new URL(request.url);
    if (upstream.handles(url, request.headers)) return upstream.respond(request, url);
    if (rest.handles(url)) return rest.respond(request, url);
    if (gatewayHost.handles(url)) return gatewayHost.respond(request, url);
    return Response.json(
      {
        success: false,
        errors: [{ code: 7003, message: `No route for ${url.pathname}` }],
        messages: [],
        result: null,
      },
      { status: 404 },
    );
  };
}
