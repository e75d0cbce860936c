// By which name the proxy is called. A page of another site whose name suddenly leads here (DNS rebinding) names its own origin and its own
// host: comparing one with the other finds nothing.

import { Refusal } from "./refusal.js";

const LOOPBACK_NAME = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/;
const LOOPBACK_ADDRESS = /^(?:::ffff:)?127\.|^::1$/;

/** The connection of a request, where a server of Node's knows it: `{ address, encrypted }`. */
export const peers = new WeakMap();

/** Refuses requests to a name that is not this host's. */
export function checkHost(request, { hosts }) {
  const { host, hostname } = new URL(request.url);
  const peer = peers.get(request);
  const local = peer !== undefined && LOOPBACK_ADDRESS.test(peer.address ?? "");
  if (LOOPBACK_NAME.test(hostname)) {
    // From elsewhere nobody gets here by this name.
    if (peer === undefined ? hosts === undefined || names(hosts, host, hostname) : local) return;
  } else if (hosts === undefined) {
    // On one machine another name is a page's from elsewhere; with TLS its certificate would be wrong. Elsewhere the platform, or what stands
    // before the proxy, leads only its own names here.
    if (!local || peer.encrypted) return;
  } else if (names(hosts, host, hostname)) return;
  throw new Refusal(403, `The proxy is not known as ${hostname}: name it in the option hosts.`);
}

const names = (hosts, host, hostname) => hosts.has(host) || hosts.has(hostname);
