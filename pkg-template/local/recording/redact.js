// Removes secrets from recordings: known ones anywhere, and values of members whose names suggest a secret.

const HIDDEN = "[redacted]";
const NAMES =
  /^(authorization|cf-aig-authorization|cookie|set-cookie|x-auth-key|x-auth-email|(.*[-_])?(api[-_]?key|apikey|token|secret|password))$/i;
/** Members of the service with such names that are not secrets. */
const HARMLESS =
  /(^|_)(max|prompt|completion|total|cached|input|output|reasoning)(_|$).*tokens?$|^tokens?_(in|out)$/i;
/** Shorter secrets are not searched for, because they occur in ordinary words. */
const SHORTEST = 6;
const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;

/** The secrets in the service's configuration. */
export function secretsOf({ apiToken, cloudflare, openai, env = globalThis.process?.env ?? {} }) {
  const { CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID, WORKERS_AI_LOCAL_OPENAI_KEY } = env;
  const configured = [apiToken, cloudflare?.apiToken, cloudflare?.accountId, openai?.apiKey];
  return [...configured, CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID, WORKERS_AI_LOCAL_OPENAI_KEY];
}

/** @param {(string | undefined)[]} secrets */
export function redactor(secrets) {
  const known = [
    ...new Set(secrets.filter((secret) => typeof secret === "string" && secret.length >= SHORTEST)),
  ];
  const text = (value) =>
    known
      .reduce((result, secret) => result.replaceAll(secret, HIDDEN), value)
      .replace(BEARER, `Bearer ${HIDDEN}`);
  return function redact(value) {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(redact);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        typeof member === "string" && NAMES.test(name) && !HARMLESS.test(name) ? HIDDEN : redact(member),
      ]),
    );
  };
}
