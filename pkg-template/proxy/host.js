// Checks the host name of a request. In a DNS rebinding attack a page of another site points its own name at
// this host. Its origin then equals its host, so comparing the two detects nothing.

import { Refusal } from "./refusal.js";

const LOOPBACK_NAME = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/;
const LOOPBACK_ADDRESS = /^(?:::ffff:)?127\.|^::1$/;

/** The connection of a request to a Node server: `{ address, encrypted }`. */
export const peers = new WeakMap();

/** Rejects requests to a name that is not this host's. */
export function checkHost(request, { hosts }) {
  const { host, hostname } = new URL(request.url);
  const peer = peers.get(request);
  const local = peer !== undefined && LOOPBACK_ADDRESS.test(peer.address ?? "");
  if (LOOPBACK_NAME.test(hostname)) {
    // A loopback name cannot be reached from another machine.
    if (peer === undefined ? hosts === undefined || names(hosts, host, hostname) : local) return;
  } else if (hosts === undefined) {
    // From the same machine, another name is that of a rebinding page; with TLS its certificate would be
    // invalid. From other machines, the platform or a reverse proxy routes only its own names here.
    if (!local || peer.encrypted) return;
  } else if (names(hosts, host, hostname)) return;
  throw new Refusal(403, `The proxy is not known as ${hostname}: name it in the option hosts.`);
}

const names = (hosts, host, hostname) => hosts.has(host) || hosts.has(hostname);
