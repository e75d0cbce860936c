// The REST API's endpoints below `/ai`: the operation and the kind of body of each.

/** [method, path, operation, body]; named groups of the path become members of the call. */
const ROUTES = [
  ["POST", /^\/run\/(?<model>.+)$/, "run", "inputs"],
  ["POST", /^\/run\/?$/, "run.any", "json"],
  ["POST", /^\/v1\/chat\/completions$/, "chat", "json"],
  ["POST", /^\/v1\/embeddings$/, "embeddings", "json"],
  ["POST", /^\/v1\/responses$/, "responses", "json"],
  ["POST", /^\/v1\/messages$/, "messages", "json"],
  ["GET", /^\/v1\/models$/, "models.openai"],
  ["GET", /^\/v1\/models\/(?<model>.+)$/, "models.openai"],
  ["POST", /^\/websearch\/?$/, "websearch", "json"],
  ["GET", /^\/models\/search$/, "models.search"],
  ["GET", /^\/models\/schema$/, "models.schema"],
  ["GET", /^\/tasks\/search$/, "tasks.search"],
  ["GET", /^\/authors\/search$/, "authors.search"],
  ["GET", /^\/finetunes\/?$/, "finetunes.list"],
  ["POST", /^\/finetunes\/?$/, "finetunes.create", "json"],
  ["GET", /^\/finetunes\/public$/, "finetunes.public"],
  ["POST", /^\/finetunes\/(?<finetuneId>[^/]+)\/finetune-assets\/?$/, "finetunes.upload", "form"],
  ["POST", /^\/tomarkdown$/, "tomarkdown", "form"],
  ["GET", /^\/tomarkdown\/supported$/, "tomarkdown.supported"],
];

/** Endpoints of the binding's protocol only. */
const RUN_ROUTES = [
  ["GET", /^\/ai-gateway\/gateways\/(?<gatewayName>[^/]+)\/run\/(?<runId>[^/]+)\/resume$/, "gateway.resume"],
];

/** The gateways' endpoints, beside `/ai` over REST and in the binding's protocol. */
const GATEWAY_ROUTES = [
  ["GET", /^\/ai-gateway\/gateways\/(?<gatewayName>[^/]+)\/logs\/(?<logId>[^/]+)$/, "gateway.log"],
  [
    "PATCH",
    /^\/ai-gateway\/gateways\/(?<gatewayName>[^/]+)\/logs\/(?<logId>[^/]+)$/,
    "gateway.patchLog",
    "json",
  ],
  ["GET", /^\/ai-gateway\/gateways\/(?<gatewayName>[^/]+)\/url\/(?<provider>[^/]+)$/, "gateway.url"],
];

const finder = (routes) => (method, path) => {
  for (const [own, pattern, operation, body] of routes) {
    const match = own === method ? pattern.exec(path) : null;
    if (match) return { operation, body, groups: { ...match.groups } };
  }
  return null;
};

/** `{ operation, body?, groups }` of a path below `/ai`, or null. */
export const findRoute = finder(ROUTES);
/** The same for a path that begins with `/ai-gateway`. */
export const findGatewayRoute = finder(GATEWAY_ROUTES);
/** Requests to a gateway that only the binding makes. */
export const findRunRoute = finder(RUN_ROUTES);
