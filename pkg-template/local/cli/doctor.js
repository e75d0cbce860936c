// `doctor`: why calls fail. Checks what a call uses, in its order, and prints for each fault what to do. No
// secret is printed; no request costs a neuron.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkAddress } from "../known-options.js";
import { checked } from "./usage.js";

const API = "https://api.cloudflare.com/client/v4";
const OLDEST_NODE = [20, 19];
/** Limits of an answer's duration and of the clocks' difference, in milliseconds. */
const PATIENCE = 10_000;
const MOST_SKEW = 300_000;

export const doctorOptions = (command) =>
  command
    .option("--gateway <id>", "an AI Gateway that calls go through")
    .option("--model <id>", "a model that must be there")
    .option("--api <url>", "the base URL of the API, in the place of Cloudflare's", API)
    .option("--json", "the findings as JSON");

export async function doctor(_args, values, { stdout, env }) {
  checked(() => checkAddress("--api", values.api));
  const findings = await examine({ env, api: values.api, gateway: values.gateway, model: values.model });
  const faults = findings.filter(({ level }) => level === "fault").length;
  const lines = findings.map(
    ({ level, text, advice }) => MARKS[level] + text + (advice ? `\n    ${advice}` : ""),
  );
  const end = faults === 0 ? "Nothing is wrong here." : `${faults} to be put right.`;
  stdout.write(`${values.json ? JSON.stringify(findings, undefined, 2) : [...lines, "", end].join("\n")}\n`);
  return faults === 0 ? 0 : 1;
}

const MARKS = { fine: "ok    ", note: "note  ", fault: "FAULT " };
const fine = (text) => ({ level: "fine", text });
const note = (text, advice) => ({ level: "note", text, advice });

/** The texts of the faults by name: a description and advice. */
const FAULTS = JSON.parse(readFileSync(new URL("doctor-faults.json", import.meta.url), "utf8"));

function fault(name, values = {}, called = name) {
  const [text, advice] = FAULTS[name].map((line) =>
    line.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole)),
  );
  return { level: "fault", name: called, text, advice };
}

/**
 * @param {{ env: Record<string, string | undefined>, fetch?: typeof fetch, api?: string, gateway?: string, model?: string, node?: string,
 *   folder?: string, now?: () => number }} about
 * @returns {Promise<{ level: "fine" | "note" | "fault", name?: string, text: string, advice?: string }[]>}
 */
export async function examine(about) {
  const machine = {
    fetch: globalThis.fetch,
    api: API,
    node: process.versions.node,
    folder: process.cwd(),
    now: Date.now,
  };
  const settings = { ...machine, ...about };
  const service = settings.env.WORKERS_AI_BASE_URL ? otherService(settings) : cloudflare(settings);
  const findings = [...runtime(settings), ...(await project(settings))];
  for await (const finding of service) findings.push(finding);
  return findings;
}

function* runtime({ node, env }) {
  const [major, minor] = node.split(".").map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  yield isOld ? fault("node", { node, oldest: OLDEST_NODE.join(".") }) : fine(`Node ${node}`);
  if ((env.HTTPS_PROXY ?? env.https_proxy) && !env.NODE_USE_ENV_PROXY)
    yield note(
      "HTTPS_PROXY is set, and Node doesn't heed it by itself.",
      "export NODE_USE_ENV_PROXY=1 (Node 24 or newer).",
    );
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0")
    yield note(
      "NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not checked, and tokens can be read on their way.",
      "Unset it; NODE_EXTRA_CA_CERTS names a certificate of your own.",
    );
}

/** The configuration of a Worker in the current folder. */
async function project({ folder }) {
  for (const file of ["wrangler.jsonc", "wrangler.json", "wrangler.toml"]) {
    const text = await readFile(path.join(folder, file), "utf8").catch(() => null);
    if (text === null) continue;
    const isToml = file.endsWith("toml");
    const binding = isToml ? '[ai] with binding = "AI"' : '"ai": { "binding": "AI" }';
    const hasAI = (isToml ? /^\s*\[ai\]/m : /"ai"\s*:/).test(text);
    return [hasAI ? fine(`${file} has an AI binding`) : fault("binding", { file, binding })];
  }
  return [];
}

const SLIPS = {
  blank: /^\s|\s$/,
  quotes: /^(["']).*\1$/,
  bearer: /^Bearer\s/i,
  placeholder: /^[<$].*|…|\.\.\./,
};

/** Reports typical copy errors in a value. The secret is never printed. */
const slipsOf = (env, ...variables) =>
  variables.flatMap((variable) => {
    const slip = Object.keys(SLIPS).find((name) => SLIPS[name].test(env[variable]));
    return slip ? [fault(slip, { variable }, `${variable}-${slip}`)] : [];
  });

async function* otherService({ env, fetch, model }) {
  const { WORKERS_AI_BASE_URL: url, WORKERS_AI_TOKEN: token } = env;
  const slips = slipsOf(env, "WORKERS_AI_BASE_URL");
  if (slips.length > 0) return yield* slips;
  yield fine("WORKERS_AI_BASE_URL names the service; an account of the environment is not used");
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return yield fault("base-url", { url });
  if (/\/run\/?$|\/v1\/?$/.test(url)) return yield fault("base-url-path");
  const { status, ok, failed } = await request(
    fetch,
    `${url.replace(/\/$/, "")}/models/search?per_page=1`,
    token,
  );
  const where = new URL(url).origin;
  if (failed) return yield unreachable(where, failed, "Is it running? npx workers-ai-wasm local starts one.");
  if (status === 401 || status === 403) return yield fault("base-token", { where });
  if (status === 404) return yield fault("base-404");
  if (!ok) return yield fault("base-answer", { status });
  yield fine("it answers");
  if (model) yield await modelOf(model);
}

async function* cloudflare(settings) {
  const { env, fetch, api, now, model, gateway } = settings;
  const { CLOUDFLARE_ACCOUNT_ID: account, CLOUDFLARE_API_TOKEN: token } = env;
  if (!account) return yield fault(token ? "no-account" : "nothing");
  if (!token) {
    const other = ["CF_API_TOKEN", "CLOUDFLARE_TOKEN", "CLOUDFLARE_API_KEY"].find((name) => env[name]);
    return yield fault("no-token", { other: other ? `; ${other} is, which the client doesn't read` : "" });
  }
  const slips = slipsOf(env, "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN");
  if (slips.length > 0) return yield* slips;
  if (!/^[0-9a-f]{32}$/.test(account)) return yield accountSlip(account);
  if (/^[0-9a-f]{37}$/.test(token)) return yield fault("global-key");
  if (token === account) return yield fault("same");
  yield fine("account id and token look right");

  const answer = await request(fetch, `${api}/accounts/${account}/ai/models/search?per_page=1`, token);
  const { host } = new URL(api);
  if (answer.failed)
    return yield unreachable(host, answer.failed, "Check the network, a firewall, HTTPS_PROXY.");
  yield fine(`${host} answers`);
  const skew = answer.date ? Math.abs(now() - Date.parse(answer.date)) : 0;
  if (skew > MOST_SKEW) yield fault("clock", { minutes: Math.round(skew / 60_000) });
  if (!answer.ok) return yield await refused(settings, answer);
  yield fine("the token may use Workers AI on this account");
  if (model) yield await modelOf(model);
  if (gateway) yield await gatewayOf(settings);
}

function accountSlip(account) {
  if (account.includes("@")) return fault("account-email");
  if (/^[0-9A-Fa-f]{32}$/.test(account)) return fault("account-case");
  return account.length === 40 ? fault("account-token") : fault("account-form", { length: account.length });
}

/** Determines why Cloudflare rejects a request: the token, its permissions, or the account. */
async function refused({ env, fetch, api }, { status, code }) {
  if (status === 429) return fault("rate");
  if (status >= 500) return fault("outage", { status });
  if (status === 404 || code === 7000 || code === 7003) return fault("account-unknown");
  const { result } = await request(fetch, `${api}/user/tokens/verify`, env.CLOUDFLARE_API_TOKEN);
  const names = { disabled: "token-disabled", expired: "token-expired", active: "scope" };
  return fault(names[result?.status] ?? "token");
}

async function modelOf(model) {
  if (!/^@(cf|hf)\//.test(model))
    return note(`${model} is no model of Workers AI itself: its gateway decides whether it can be called.`);
  const { models } = await import("workers-ai-wasm/catalog");
  const known = models.find(({ id }) => id === model);
  if (!known) return fault("model", { model });
  if (!known.deprecated) return fine(`${model} is there`);
  const since = known.status + (known.deprecatedOn ? ` since ${known.deprecatedOn}` : "");
  const instead = known.successor ? `Use ${known.successor}.` : "Choose a current model of the same task.";
  return fault("model-deprecated", { model, since, instead });
}

async function gatewayOf({ env, fetch, api, gateway }) {
  const path = `accounts/${env.CLOUDFLARE_ACCOUNT_ID}/ai-gateway/gateways/${encodeURIComponent(gateway)}`;
  const { ok, status } = await request(fetch, `${api}/${path}`, env.CLOUDFLARE_API_TOKEN);
  if (ok) return fine(`the gateway ${gateway} is there`);
  return fault(status === 404 ? "gateway" : "gateway-scope", { gateway });
}

const REASONS = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  TimeoutError: "timeout",
};

function unreachable(where, reason, check) {
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(reason);
  return fault(isCertificate ? "certificate" : (REASONS[reason] ?? "network"), { where, reason, check });
}

async function request(fetch, url, token) {
  try {
    const response = await fetch(url, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: AbortSignal.timeout(PATIENCE),
    });
    const { result, errors } = await response.json().catch(() => ({}));
    const { ok, status, headers } = response;
    return { ok, status, date: headers.get("date"), result, code: Number(errors?.[0]?.code) };
  } catch (error) {
    return {
      failed: error.cause?.code ?? error.code ?? (error.name === "TimeoutError" ? error.name : error.message),
    };
  }
}
