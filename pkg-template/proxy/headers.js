// The headers that are forwarded, in both directions. All others are dropped: cookies, credentials,
// addresses, ids of the gateway and the account.

/** Of the page's request. */
export const FORWARDED = ["accept", "x-session-affinity"];
/** Of the service's reply. */
export const EXPOSED = [
  "content-type",
  "cf-ai-req-id",
  "cf-ai-neurons",
  "cf-aig-cache-status",
  "cf-aig-model",
  "cf-aig-provider",
  "cf-aig-routed-model",
  "cf-aig-step",
  "retry-after",
  "retry-after-ms",
  "ratelimit",
  "ratelimit-reset",
];

/** Headers that describe the connection or the body, identify the client, or select a gateway. */
const NEVER_FORWARDED =
  /^(?:cookie2?|host|origin|referer|connection|keep-alive|upgrade|te|trailer|expect|(?:content|transfer|sec|proxy)-.*|(?:x-)?forwarded.*|x-real-ip|(?:true-client|cf-connecting)-.*|cf-aig-gateway-id|cf-access-.*|x-auth-.*)$/;
/** Credentials for any service, recognized by a word in the name. */
const CREDENTIAL =
  /(?:^|[-_])(?:(?:authorization|authentication|authenticate|credentials?|passw(?:or)?d|secret|token|jwt|assertion|(?:api|access|auth|private|secret|subscription|functions)[-_]?key)s?)(?:$|[-_])/;
const NEVER_EXPOSED =
  /^(?:set-cookie2?|connection|keep-alive|upgrade|trailer|(?:content-(?:length|encoding)|transfer|access-control|sec|proxy)(?:-.*)?)$/;

export const neverForwarded = (name) => NEVER_FORWARDED.test(name) || CREDENTIAL.test(name);
export const neverExposed = (name) => NEVER_EXPOSED.test(name);

export const toPage = (headers, exposed) => ({
  ...picked(headers, exposed),
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
});

/** The headers of these names that are present. */
export function picked(headers, names) {
  const kept = {};
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}
