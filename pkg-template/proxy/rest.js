// The upstream over HTTP.

import { isResponse } from "../core.js";
import { refusesCredential } from "./failed.js";
import { picked, toPage } from "./headers.js";
import { formBytes, searchOf } from "./input.js";
import { failure, Refusal } from "./refusal.js";

/** Forwards the request, and returns its reply unbuffered. */
export async function askService(request, admitted, upstream, settings) {
  if (admitted.websocket) return askForSocket(request, admitted, upstream, settings);
  const { base, apiToken, gatewayId, fetch } = upstream;
  const { forwarded, exposed } = settings;
  const headers = { ...picked(request.headers, forwarded), authorization: `Bearer ${apiToken}` };
  if (gatewayId !== undefined) headers["cf-aig-gateway-id"] = gatewayId;
  let body;
  if (admitted.input !== undefined) {
    headers["content-type"] = "application/json";
    body = JSON.stringify(bodyOf(admitted, gatewayId));
  } else if (admitted.media !== undefined || admitted.form !== undefined) {
    const { bytes, contentType } = admitted.media ?? (await formBytes(admitted.form));
    if (contentType !== "") headers["content-type"] = contentType;
    body = bytes;
  }
  const url = addressOf(base, admitted);
  const init = { method: admitted.method, headers, body, signal: request.signal, redirect: "manual" };
  let response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new Refusal(502, "The proxy could not reach the service.", { cause });
  }
  return replyOf(checked(response), exposed, base);
}

/** Validates the result of the owner's `fetch`. */
function checked(response) {
  if (isResponse(response)) return response;
  const cause = new TypeError("The option fetch of createProxy gave no Response.");
  throw new Refusal(500, "The proxy's own fetch gave no response.", { cause });
}

function bodyOf(admitted, gatewayId = "default") {
  const { endpoint, model, input } = admitted;
  if (endpoint === "websearch") return { ...input, options: { gateway: { id: gatewayId } } };
  return isForeign(admitted) ? { model, input } : input;
}

/** A model of another author is named in the body of a request, not in its URL. */
const isForeign = ({ endpoint, model, websocket }) =>
  endpoint === "run" && !websocket && !model.startsWith("@") && model.includes("/");

function addressOf(base, admitted) {
  const { below, search, parameters, queued, input } = admitted;
  const path = input !== undefined && isForeign(admitted) ? "run" : below;
  return `${base}/${path}${search ?? searchOf(parameters, queued)}`;
}

/** The service's reply for the page. */
async function replyOf(response, exposed, base) {
  const { status } = response;
  if (status >= 300 && status < 400) {
    response.body?.cancel().catch(() => {});
    throw new Refusal(502, "The service sent the proxy elsewhere.");
  }
  let { body } = response;
  if (status >= 400) {
    // The status is still valid if the body breaks off.
    const text = await response.text().catch(() => "");
    if (MAY_REFUSE.has(status)) checkCredential(status, text);
    // The service includes the account id in the path of a missing resource.
    body = text.replaceAll(/\/accounts\/([^/]+)\/ai$/.exec(base)?.[1] ?? base, "[redacted]");
  }
  return new Response(body, { status, headers: toPage(response.headers, exposed) });
}

/** Statuses with which the service rejects a token: malformed, invalid, or without permission. */
const MAY_REFUSE = new Set([400, 401, 403]);

/**
 * A rejected token is an internal error of the proxy; the service's errors about a model are passed to the
 * page.
 */
function checkCredential(status, text) {
  // With the service's number, so that it is not treated as a temporary failure.
  if (status === 401 || refusesCredential(text))
    throw new Refusal(500, "The service refused the proxy's own credentials.", { code: 10000 });
}

const PROTOCOL = "sec-websocket-protocol";

/** For runtimes whose fetch can open WebSockets: Workers. */
async function askForSocket(request, admitted, { base, apiToken, gatewayId, fetch }, { forwarded, exposed }) {
  if (typeof globalThis.WebSocketPair !== "function") {
    throw new Refusal(501, "Here the proxy passes no WebSockets: in Node, toNodeUpgradeListener does.");
  }
  const headers = {
    ...picked(request.headers, [...forwarded, PROTOCOL]),
    upgrade: "websocket",
    authorization: `Bearer ${apiToken}`,
  };
  if (gatewayId !== undefined) headers["cf-aig-gateway-id"] = gatewayId;
  const init = { headers, redirect: "manual" };
  const response = checked(await fetch(addressOf(base, admitted), init));
  if (response.webSocket) {
    const accepted = { ...toPage(response.headers, exposed), ...picked(response.headers, [PROTOCOL]) };
    return new Response(null, { status: 101, webSocket: response.webSocket, headers: accepted });
  }
  if (response.ok) throw new Refusal(502, "The service opened no WebSocket.");
  return replyOf(response, exposed, base);
}

/** Headers of a page's WebSocket handshake. */
const HANDSHAKE = ["sec-websocket-key", "sec-websocket-version", PROTOCOL, "sec-websocket-extensions"];

/**
 * The service's half of a handshake: its URL and headers, and a function that converts a rejection for the
 * page.
 */
export function handshakeWith(request, admitted, { base, apiToken, gatewayId }, { forwarded, exposed }) {
  const headers = {
    ...picked(request.headers, [...forwarded, ...HANDSHAKE]),
    connection: "Upgrade",
    upgrade: "websocket",
    authorization: `Bearer ${apiToken}`,
  };
  if (gatewayId !== undefined) headers["cf-aig-gateway-id"] = gatewayId;
  return {
    url: new URL(addressOf(base, admitted)),
    headers,
    replyOf: async (response) => {
      try {
        return await replyOf(response, exposed, base);
      } catch (error) {
        if (error instanceof Refusal) return failure(error);
        throw error;
      }
    },
  };
}
