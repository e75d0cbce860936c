// `gateway(id)`: the log entries of an AI Gateway, and its address.

import { callEndpoint, memberOf } from "./endpoint.js";
import { gatewayUrl, patchOf } from "./endpoint-ask.js";
import { outlineOf } from "./outline.js";

/** One log entry. */
export async function gateway_getLog(client, gateway, logId, options) {
  const onBinding = (binding) => memberOf(binding.gateway(gateway), "getLog", "gateway(id).getLog")(logId);
  const ids = { gateway, logId };
  const { result } = await callEndpoint(client, "gateway.getLog", options, { ids, onBinding });
  return { ...result, ...dateOf(result) };
}

/** Adds a score, feedback or metadata to a log entry. */
export async function gateway_patchLog(client, gateway, logId, patch, options) {
  const body = patchOf(outlineOf(patch ?? {}));
  const onBinding = (binding) =>
    memberOf(binding.gateway(gateway), "patchLog", "gateway(id).patchLog")(logId, body);
  const ids = { gateway, logId };
  await callEndpoint(client, "gateway.patchLog", options, { ids, body, onBinding });
}

/** The address of the gateway, for a provider's own client. */
export async function gateway_url(client, gateway, provider) {
  const given = { ids: { gateway }, provider };
  const { url } = gatewayUrl(client.outline, JSON.stringify(given));
  if (url !== undefined) return url;
  const { result } = await callEndpoint(client, "gateway.url", undefined, {
    ids: { gateway, provider: provider ?? "universal" },
    onBinding: (binding) => memberOf(binding.gateway(gateway), "getUrl", "gateway(id).getUrl")(provider),
  });
  return result.url;
}

function dateOf({ created_at }) {
  const date = new Date(created_at);
  return Number.isNaN(date.getTime()) ? {} : { created_at: date };
}
