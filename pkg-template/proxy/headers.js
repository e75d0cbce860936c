// Which headers pass, either way. Everything else stays behind: cookies, credentials, addresses, the gateway's and the account's ids.

const FROM_PAGE = ["accept", "x-session-affinity"];
const TO_PAGE = [
  "content-type",
  "cf-ai-req-id",
  "cf-ai-neurons",
  "cf-aig-cache-status",
  "cf-aig-model",
  "retry-after",
  "retry-after-ms",
];

export const fromPage = (headers) => picked(headers, FROM_PAGE);

export const toPage = (headers) => ({
  ...picked(headers, TO_PAGE),
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
});

function picked(headers, names) {
  const kept = {};
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}
