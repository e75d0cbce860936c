// Web search: the service calls a provider through a gateway. Here no provider is called: the results state
// that, and are the same for the same query.

import { digest } from "../digest.js";
import { ServiceError } from "../errors.js";
import { readFields } from "../inputs/check.js";

const FIELDS = {
  query: { kind: "string", required: true, minLength: 1, maxLength: 1024 },
  provider: { kind: "string", enum: ["ceramic", "exa", "linkup"], default: "ceramic" },
  limit: { kind: "integer", minimum: 1, maximum: 10, default: 10 },
  byokAlias: { kind: "string" },
};

export function webSearch({ inputs, requestId }) {
  const { query, limit } = readFields(inputs, { id: "websearch" }, FIELDS);
  if (typeof (inputs.options?.gateway?.id ?? inputs.gatewayId) !== "string")
    throw new ServiceError(5006, "Bad input: Error: required properties at '/options/gateway' are 'id'");
  const items = Array.from({ length: limit }, (_, index) => ({
    url: `https://example.com/${digest(`${query} ${index}`)}`,
    title: `Stand-in result ${index + 1} for ${query}`,
    description: "Made up by the local service: nothing was searched.",
  }));
  return {
    kind: "json",
    value: { items, metadata: { query, requestId, latencyMs: 0 } },
    engine: { name: "stand-in" },
  };
}
