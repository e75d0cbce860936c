// Rejects unknown option names. They would be ignored silently: with a misspelled `engine`, calls would be
// sent to Cloudflare and billed.

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

/**
 * The allowed values of options. Other values would fail at the first call, or be ignored. `"false"` stands
 * for the value false.
 */
const KINDS = {
  cloudflare: ["object", "false"],
  openai: ["object", "false"],
  smallModels: ["object", "false"],
  record: ["string", "function"],
  replay: ["string", "array"],
  routes: ["object"],
  faults: ["string", "object", "function"],
  spendLimits: ["object"],
  models: ["object"],
  env: ["object"],
  accountId: ["string"],
  apiToken: ["string"],
  prefix: ["string"],
  host: ["string"],
  faultHeader: ["string", "false"],
  allowedOrigins: ["array"],
  onCall: ["function"],
  onBatchEvent: ["function"],
  onError: ["function"],
};

/** The bounds of numeric options; all but the first have to be integers. */
const RANGES = {
  pace: [0, Infinity],
  batchPolls: [0, Infinity],
  maxBodyBytes: [1, Infinity],
  port: [0, 65535],
};

/** The members of options that are objects. */
const SETTINGS = {
  cloudflare: ["accountId", "apiToken", "baseURL", "fetch"],
  openai: ["baseURL", "apiKey", "model", "embeddingModel", "fetch"],
  smallModels: ["folder", "weights"],
};

/** Checks a folder that is read. Without a synchronous file system, the first read fails instead. */
export function checkFolder(name, folder) {
  needName(name, folder);
  const found = statsOf(folder);
  if (found !== undefined && !found?.isDirectory())
    throw new TypeError(`${name}: the folder "${folder}" is ${found === null ? "not there" : "a file"}`);
}

/** Checks a folder that is created if necessary: the existing part of its path has to consist of folders. */
export function checkNewFolder(name, folder) {
  needName(name, folder);
  let path = folder;
  for (let found = statsOf(path); found !== undefined; found = statsOf(path)) {
    if (found?.isDirectory()) return;
    if (found !== null) throw new TypeError(`${name}: "${path}" is a file, not a folder`);
    const above = path.replace(/[/\\]+[^/\\]*$/, "");
    if (above === path || above === "") return;
    path = above;
  }
}

function needName(name, folder) {
  if (folder === "") throw new TypeError(`${name}: the name of a folder, not an empty text`);
}

/** The base URL of a server. */
export function checkAddress(name, address) {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new TypeError(`${name}: "${address}" is not a URL such as http://127.0.0.1:11434/v1`);
}

/** The stats of a path, null where there is nothing; undefined without a file system. */
export function statsOf(path) {
  try {
    return globalThis.process.getBuiltinModule("node:fs").statSync(path);
  } catch (error) {
    return /^ENO(?:ENT|TDIR)$/.test(error.code) ? null : undefined;
  }
}

/** Rejects invalid options of the service. */
export function checkServiceOptions(options) {
  if (kindOf(options) !== "object") throw new TypeError("The options of the local service are an object.");
  checkNames(options, SERVICE_OPTIONS, "the local service");
  const present = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
  for (const [name, value] of present) {
    const kinds = KINDS[name];
    const kind = value === false ? "false" : kindOf(value);
    if (kinds && !kinds.includes(kind)) throw new TypeError(`${name}: ${kinds.join(" or ")}, not ${kind}`);
    const [least, most] = RANGES[name] ?? [];
    const isNumber = typeof value === "number" && value >= least && value <= most;
    const isWhole = name === "pace" || Number.isInteger(value) || value === Infinity;
    if (most !== undefined && !(isNumber && isWhole))
      throw new TypeError(`${name}: a ${name === "pace" ? "" : "whole "}number from ${least} to ${most}`);
    if (SETTINGS[name] && value !== false) checkNames(value, SETTINGS[name], name);
  }
  checkTexts(options);
  const { record, replay } = options;
  if (typeof record === "string") checkNewFolder("record", record);
  if (typeof replay === "string") checkFolder("replay", replay);
  else checkExchanges(replay ?? []);
}

function checkTexts({ deprecated, host, prefix, allowedOrigins, openai }) {
  if (!["serve", "refuse", undefined, null].includes(deprecated))
    throw new TypeError('deprecated: "serve" or "refuse"');
  if (host === "") throw new TypeError("host: an address of this machine, not an empty text");
  if (prefix && !prefix.startsWith("/")) throw new TypeError(`prefix: a path such as "/ai", not "${prefix}"`);
  const wrong = allowedOrigins?.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong !== undefined)
    throw new TypeError(`allowedOrigins: origins such as "http://localhost:3000", not "${wrong}"`);
  if (openai?.baseURL !== undefined) checkAddress("openai.baseURL", openai.baseURL);
}

function checkExchanges(replay) {
  const at = replay.findIndex((exchange) => typeof exchange?.key !== "string" || !exchange.answer);
  if (at >= 0) throw new TypeError(`replay: item ${at} is no recorded exchange, { key, answer, … }`);
}

export function kindOf(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
