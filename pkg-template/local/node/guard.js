// On this machine the server answers without a token below its proxy prefix and on the binding's side, and
// may have Cloudflare's credentials after it. So a page of another site must not reach it, neither by its
// address nor by a name that it made resolve to it; and on any other interface nothing is answered without
// the token.

import { createHash, timingSafeEqual } from "node:crypto";
import { failed } from "../faces/envelope.js";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;
/** The host name of the runtime's binding; no page can have it. */
const BINDING_HOST = "workers-binding.ai";

export const isLoopback = (host) => LOOPBACK.test(host);

/** A 401 or 403 for requests that must not be answered, else null. */
export function refusal(headers, { host, allowedOrigins = [], token }) {
  const hostHeader = headers.get("host") ?? "";
  const name = hostHeader.replace(/:\d+$/, "");
  if (!isLoopback(host)) {
    if (!tokensOf(headers).some((offered) => same(offered, token)))
      return refused(401, "Authentication error");
  } else if (!isLoopback(name) && hostHeader !== BINDING_HOST) return forbidden("this host name");
  const origin = headers.get("origin");
  if (origin === null || allowedOrigins.includes(origin) || origin === `http://${hostHeader}`) return null;
  return forbidden("pages of another origin");
}

/** Every place where a request may carry the token; browsers' WebSockets have only their subprotocol. */
const tokensOf = (headers) =>
  [
    headers.get("authorization")?.replace(/^Bearer\s+/i, ""),
    headers.get("x-api-key"),
    headers.get("cf-aig-authorization")?.replace(/^Bearer\s+/i, ""),
    ...(headers.get("sec-websocket-protocol") ?? "")
      .split(",")
      .map((protocol) => protocol.trim().replace(/^cf-aig-authorization\./, "")),
  ].filter(Boolean);

const hashed = (text) => createHash("sha256").update(text).digest();
const same = (one, other) => timingSafeEqual(hashed(one), hashed(other));

const forbidden = (whom) => refused(403, `The local service does not answer ${whom}`);

const refused = (status, message) => failed(status, 10000, message);
