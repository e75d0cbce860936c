// Options under another name would be left out without a word: an engine that was to be the stand-in would be Cloudflare, and cost something.

/** @param {object} options @param {string[]} known @param {string} what who takes them */
export function checkNames(options, known, what) {
  const unknown = Object.keys(options ?? {}).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`${unknown.slice(0, 60)} is no option of ${what}. There are ${known.join(", ")}.`);
}

/** `ServerOptions` in index.d.ts, with those of the handler and of the service itself. */
export const SERVICE_OPTIONS = [
  "engine",
  "cloudflare",
  "openai",
  "smallModels",
  "env",
  "pace",
  "models",
  "deprecated",
  "batchPolls",
  "record",
  "replay",
  "routes",
  "faults",
  "faultHeader",
  "onCall",
  "onBatchEvent",
  "onError",
  "accountId",
  "apiToken",
  "prefix",
  "maxBodyBytes",
  "port",
  "host",
  "allowedOrigins",
];
