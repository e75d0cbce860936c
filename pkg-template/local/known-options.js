// Options under another name would be left out without a word: an engine that was to be the stand-in would be Cloudflare, and cost something.

/** @param {object} options @param {string[]} known @param {string} what who takes them */
export function checkNames(options, known, what) {
  const unknown = Object.keys(options ?? {}).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`${unknown.slice(0, 60)} is no option of ${what}. There are ${known.join(", ")}.`);
}

/** `ServerOptions` in index.d.ts, with those of the handler and of the service itself. */
export const SERVICE_OPTIONS =
  "engine cloudflare openai smallModels env pace models deprecated batchPolls record replay routes faults faultHeader spendLimits onCall onBatchEvent onError accountId apiToken prefix maxBodyBytes port host allowedOrigins".split(
    " ",
  );

/** What an option may be; anything else would fail with the first call, or be left out without a word. */
const KINDS = {
  record: ["string", "function"],
  replay: ["string", "array"],
  routes: ["object"],
  faults: ["string", "object", "function"],
  spendLimits: ["object"],
  models: ["object"],
  env: ["object"],
  accountId: ["string"],
  apiToken: ["string"],
  onCall: ["function"],
  onBatchEvent: ["function"],
  onError: ["function"],
};

/** A folder that is read; where the runtime lets nobody look at once, whoever reads it says what is wrong. */
export function checkFolder(name, folder) {
  const found = statsOf(folder);
  if (found !== undefined && !found?.isDirectory())
    throw new TypeError(`${name}: the folder "${folder}" is ${found === null ? "not there" : "a file"}`);
}

/** What the file system says of a path, null where there is nothing; undefined where it cannot be asked. */
export function statsOf(path) {
  try {
    return globalThis.process.getBuiltinModule("node:fs").statSync(path);
  } catch (error) {
    return /^ENO(?:ENT|TDIR)$/.test(error.code) ? null : undefined;
  }
}

/** Refuses options of the service that cannot be. */
export function checkServiceOptions(options) {
  if (kindOf(options) !== "object") throw new TypeError("The options of the local service are an object.");
  checkNames(options, SERVICE_OPTIONS, "the local service");
  for (const [name, kinds] of Object.entries(KINDS)) {
    const value = options[name];
    if (value !== undefined && value !== null && !kinds.includes(kindOf(value)))
      throw new TypeError(`${name}: ${kinds.join(" or ")}, not ${kindOf(value)}`);
  }
  const { replay } = options;
  if (typeof replay === "string") checkFolder("replay", replay);
  else checkExchanges(replay ?? []);
}

function checkExchanges(replay) {
  const at = replay.findIndex((exchange) => typeof exchange?.key !== "string" || !exchange.answer);
  if (at >= 0) throw new TypeError(`replay: item ${at} is no recorded exchange, { key, answer, … }`);
}

export function kindOf(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
