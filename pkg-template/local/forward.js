// Converts calls through paths that Cloudflare's REST API does not have to REST requests.

const PATHS = {
  chat: "/v1/chat/completions",
  embeddings: "/v1/embeddings",
  responses: "/v1/responses",
  messages: "/v1/messages",
};

/** Forwards a call to Cloudflare; `forward` is the face's own conversion, if it has one. */
export function forwardCall(call, engine) {
  if (call.forward) return call.forward(engine);
  const { operation, model, inputs, raw, gateway, query, signal } = call;
  const headers = new Headers({ "content-type": raw?.contentType ?? "application/json" });
  for (const [name, value] of call.headers) if (name.startsWith("cf-aig-")) headers.set(name, value);
  if (gateway) headers.set("cf-aig-gateway-id", gateway.id);
  const search =
    call.face === "rest" && Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : "";
  return engine.forwardRest({
    method: "POST",
    path: PATHS[operation] ?? `/run/${model}`,
    search,
    headers,
    // The unified endpoint prefixes the model's id with the provider.
    body: raw?.bytes ?? JSON.stringify(PATHS[operation] ? { ...inputs, model } : inputs),
    signal,
  });
}
