import { failed } from "./faces/envelope.js";
import { frontPage } from "./faces/front-page.js";
import { GatewayHostFace } from "./faces/gateway-host.js";
import { OpenAIFace } from "./faces/openai.js";
import { isRemoteProxy, unpackRemoteProxy } from "./faces/remote-proxy.js";
import { RestFace } from "./faces/rest.js";
import { UpstreamFace } from "./faces/upstream.js";
import { ConnectionFault } from "./faults/connection.js";
import { WorkerConnection } from "./sockets/worker.js";

const DEFAULT_PREFIX = "/ai";
const DEFAULT_MAX_BODY_BYTES = 100 * 1024 * 1024;

/**
 * Unanswered requests. They are referenced here, because the signal of a garbage-collected request never
 * aborts.
 */
const open = new Set();

/**
 * One fetch handler for all doors over a service: REST, proxy prefix, the gateway's host, the binding's
 * upstream, Miniflare's remote proxy.
 */
export function handlerFor(service, options = {}) {
  const prefix = (options.prefix ?? DEFAULT_PREFIX).replace(/\/+$/, "");
  const onError = options.onError ?? ((error) => console.error(error));
  const maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  // The binding of the OpenAI interface calls the same handler.
  const openai = new OpenAIFace((request) => handle(request), { apiToken: options.apiToken, maxBodyBytes });
  const rest = new RestFace(service, {
    openai,
    accountId: options.accountId,
    apiToken: options.apiToken,
    prefix,
    maxBodyBytes,
  });
  const gatewayHost = new GatewayHostFace(service, rest, { maxBodyBytes });
  const upstream = new UpstreamFace(service, { maxBodyBytes });

  const faces = [upstream, rest, gatewayHost, openai];
  const faceOf = (request) => {
    const url = new URL(request.url);
    return { url, face: faces.find((face) => face.handles(url, request.headers)) };
  };

  /** The original request, or null if the proxy's headers contain none. */
  const unpacked = (received) => {
    if (!isRemoteProxy(received.headers)) return received;
    try {
      return unpackRemoteProxy(received);
    } catch {
      return null;
    }
  };

  /** The same as an `Answer`, for callers that do not need a `Response`. */
  const answer = async (received) => {
    open.add(received);
    try {
      return await answerTo(received);
    } finally {
      open.delete(received);
    }
  };
  const answerTo = async (received) => {
    const request = unpacked(received);
    if (!request) return malformed();
    const { url, face } = faceOf(request);
    if (!face && url.pathname === "/" && request.method === "GET")
      return frontPage({
        origin: url.origin,
        accountId: options.accountId,
        token: options.shownToken,
        engines: await service.describe(),
      });
    if (!face) return noRoute(url);
    try {
      return await face.respond(request, url);
    } catch (error) {
      if (request.signal.aborted || error instanceof ConnectionFault) throw error;
      onError(error);
      return failed(500, 500, "Internal server error");
    }
  };
  /** The same for the upgrade to a WebSocket: `{ headers, protocol?, start(connection) }`, or `{ answer }`. */
  const connect = async (received) => {
    const request = unpacked(received);
    if (!request) return { answer: malformed() };
    const { url, face } = faceOf(request);
    return face?.connect ? face.connect(request, url) : { answer: noRoute(url) };
  };
  const handle = async (received) => {
    // Called once, because the request consumes the body.
    const request = unpacked(received) ?? received;
    const isUpgrade = request.headers.get("upgrade")?.toLowerCase() === "websocket";
    return isUpgrade ? upgraded(await connect(request)) : (await answer(request)).toResponse();
  };
  return Object.assign(handle, { answer, connect });
}

/**
 * In a Worker the runtime's own sockets carry the connection; on other platforms a fetch handler cannot
 * open one.
 */
function upgraded({ answer, headers, protocol, start }) {
  if (answer) return answer.toResponse();
  if (typeof WebSocketPair === "undefined")
    return failed(426, 7003, "WebSockets need the local service's own server here").toResponse();
  const { 0: client, 1: server } = new WebSocketPair();
  start(new WorkerConnection(server));
  if (protocol) headers["sec-websocket-protocol"] = protocol;
  return new Response(null, { status: 101, headers, webSocket: client });
}

const malformed = () => failed(400, 7003, "The request can't be read");
const noRoute = ({ pathname }) => failed(404, 7003, `No route for ${pathname}`);
