// The demo Worker: serves the pages, and answers their questions through env.AI.

import { asset } from "./assets.js";
import { answer } from "./proxy.js";

/** The demo listens on this machine only; a name that somebody else made resolve to it is not ours. */
const HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (!HOSTS.has(url.hostname))
      return new Response("This demo answers on localhost only.", { status: 403 });
    if (url.pathname.startsWith("/ai/")) return answer(request, env);
    if (url.pathname === "/about")
      return new Response(env.ANSWERED_BY, { headers: { "content-type": "application/json" } });
    return (await asset(url, env)) ?? new Response("Not found", { status: 404 });
  },
};
