// Which headers pass, either way. Everything else stays behind: cookies, credentials, addresses, the gateway's and the account's ids.

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

/** What the connection and the body are described by; what says who asks, and where from; whose gateway it is. */
const NEVER_FORWARDED =
  /^(?:cookie2?|host|origin|referer|connection|keep-alive|upgrade|te|trailer|expect|(?:content|transfer|sec|proxy)-.*|(?:x-)?forwarded.*|x-real-ip|(?:true-client|cf-connecting)-.*|cf-aig-gateway-id|cf-access-.*|x-auth-.*)$/;
/** Credentials, whoever they are for: a word of the name says so. */
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

/** Those of these names that are there. */
export function picked(headers, names) {
  const kept = {};
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}
