// The server answers without a token below its proxy prefix and on the binding's side, and may have Cloudflare's credentials
// behind it. So a page of another site must not reach it: neither by its address nor by a name that it made resolve to it.

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);
/** The name under which the runtime's binding asks; no page can have it. */
const BINDING_HOST = "workers-binding.ai";

/** A 403 for requests that a foreign page made, else null. */
export function refusal(headers, { host, allowedOrigins = [] }) {
  const asked = headers.get("host") ?? "";
  const name = asked.replace(/:\d+$/, "");
  if (LOOPBACK.has(host) && !LOOPBACK.has(name) && asked !== BINDING_HOST) return forbidden("this host name");
  const origin = headers.get("origin");
  if (origin === null || allowedOrigins.includes(origin) || origin === `http://${asked}`) return null;
  return forbidden("pages of another origin");
}

const forbidden = (whom) =>
  Response.json(
    {
      result: null,
      success: false,
      errors: [{ code: 10000, message: `The local service does not answer ${whom}` }],
      messages: [],
    },
    { status: 403 },
  );
