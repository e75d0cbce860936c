// `doctor`: why calls fail. Looks at what the client would use, in the order in which a call would meet it, and says of each fault what to do. No
// secret is printed; nothing is asked that costs a neuron.

import { readFile } from "node:fs/promises";
import path from "node:path";

const API = "https://api.cloudflare.com/client/v4";
const OLDEST_NODE = [20, 19];
/** Milliseconds that an answer may take, and that clocks may differ. */
const PATIENCE = 10_000;
const MOST_SKEW = 300_000;

export const doctorOptions = (command) =>
  command
    .option("--gateway <id>", "an AI Gateway that calls go through")
    .option("--model <id>", "a model that must be there")
    .option("--api <url>", "the API to ask instead of Cloudflare's", API)
    .option("--json", "the findings as JSON");

export async function doctor(_args, values, { stdout, env }) {
  const findings = await examine({ env, api: values.api, gateway: values.gateway, model: values.model });
  const faults = findings.filter(({ level }) => level === "fault");
  if (values.json) stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
  else {
    for (const { level, text, advice } of findings)
      stdout.write(`${MARKS[level]} ${text}\n${advice ? `    ${advice}\n` : ""}`);
    stdout.write(
      faults.length === 0 ? "\nNothing is wrong here.\n" : `\n${faults.length} to be put right.\n`,
    );
  }
  return faults.length === 0 ? 0 : 1;
}

const MARKS = { fine: "ok   ", note: "note ", fault: "FAULT" };
const fine = (text) => ({ level: "fine", text });
const note = (text, advice) => ({ level: "note", text, advice });
const fault = (name, text, advice) => ({ level: "fault", name, text, advice });

/**
 * @param {{ env: Record<string, string | undefined>, fetch?: typeof fetch, api?: string, gateway?: string, model?: string, node?: string,
 *   folder?: string, now?: () => number }} about
 * @returns {Promise<{ level: "fine" | "note" | "fault", name?: string, text: string, advice?: string }[]>}
 */
export async function examine(about) {
  const settings = {
    fetch: globalThis.fetch,
    api: API,
    node: process.versions.node,
    folder: process.cwd(),
    now: Date.now,
    ...about,
  };
  const findings = [...runtime(settings), ...(await project(settings))];
  const { WORKERS_AI_BASE_URL: baseURL } = settings.env;
  if (baseURL !== undefined && baseURL !== "") findings.push(...(await otherService(settings, baseURL)));
  else findings.push(...(await cloudflare(settings)));
  return findings;
}

function runtime({ node, env }) {
  const [major, minor] = node.split(".").map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const findings = [
    isOld
      ? fault("node", `Node ${node} is too old.`, `Install Node ${OLDEST_NODE.join(".")} or newer.`)
      : fine(`Node ${node}`),
  ];
  const proxy = env.HTTPS_PROXY ?? env.https_proxy;
  if (proxy && !env.NODE_USE_ENV_PROXY)
    findings.push(
      note(
        "HTTPS_PROXY is set, and Node doesn't heed it by itself.",
        "export NODE_USE_ENV_PROXY=1 (Node 24 or newer).",
      ),
    );
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0")
    findings.push(
      note(
        "NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not checked, and tokens can be read on their way.",
        "Unset it; NODE_EXTRA_CA_CERTS names a certificate of your own.",
      ),
    );
  return findings;
}

/** A Worker's configuration beside us. */
async function project({ folder }) {
  for (const name of ["wrangler.jsonc", "wrangler.json", "wrangler.toml"]) {
    const text = await readFile(path.join(folder, name), "utf8").catch(() => null);
    if (text === null) continue;
    const hasAI = name.endsWith("toml") ? /^\s*\[ai\]/m.test(text) : /"ai"\s*:/.test(text);
    return [
      hasAI
        ? fine(`${name} has an AI binding`)
        : fault(
            "binding",
            `${name} has no AI binding: env.AI is undefined.`,
            name.endsWith("toml") ? 'Add [ai] with binding = "AI".' : 'Add "ai": { "binding": "AI" }.',
          ),
    ];
  }
  return [];
}

/** Slips of a value that was copied; a secret itself is never told. */
function slipOf(name, value) {
  if (value !== value.trim())
    return fault(`${name}-blank`, `${name} has a blank or a line break at an end.`, "Set it again without.");
  if (/^(["']).*\1$/.test(value))
    return fault(`${name}-quotes`, `${name} has quotes around it.`, "Set it again without them.");
  if (/^Bearer\s/i.test(value))
    return fault(`${name}-bearer`, `${name} begins with "Bearer".`, "Set the token alone.");
  if (/^[<$].*|…|\.\.\./.test(value))
    return fault(`${name}-placeholder`, `${name} is a placeholder.`, "Put the real value in.");
  return null;
}

async function otherService({ env, fetch, model }, given) {
  const slip = slipOf("WORKERS_AI_BASE_URL", given);
  if (slip) return [slip];
  const findings = [fine("WORKERS_AI_BASE_URL names the service; an account of the environment is not used")];
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    return [
      ...findings,
      fault(
        "base-url",
        `WORKERS_AI_BASE_URL "${given}" is no http(s) address.`,
        "It looks like http://127.0.0.1:8797/client/v4/accounts/…/ai.",
      ),
    ];
  if (/\/run\/?$|\/v1\/?$/.test(given))
    return [
      ...findings,
      fault(
        "base-url-path",
        "WORKERS_AI_BASE_URL ends in /run or /v1.",
        "It ends before that, usually in /ai.",
      ),
    ];
  const answer = await ask(
    fetch,
    `${given.replace(/\/$/, "")}/models/search?per_page=1`,
    env.WORKERS_AI_TOKEN,
  );
  if (answer.failed)
    return [
      ...findings,
      unreachable(
        new URL(given).origin,
        answer.failed,
        "Is it running? npx workers-ai-wasm local starts one.",
      ),
    ];
  if (answer.status === 401 || answer.status === 403)
    return [
      ...findings,
      fault(
        "base-token",
        `${new URL(given).origin} refuses the token.`,
        env.WORKERS_AI_TOKEN
          ? "Set WORKERS_AI_TOKEN to the one that it prints when it starts."
          : "Set WORKERS_AI_TOKEN.",
      ),
    ];
  if (answer.status === 404)
    return [
      ...findings,
      fault(
        "base-404",
        "WORKERS_AI_BASE_URL leads to nothing that speaks Workers AI.",
        "Check its path: what comes before /run/{model}.",
      ),
    ];
  if (!answer.ok)
    return [
      ...findings,
      fault("base-answer", `The service answers with ${answer.status}.`, "Look into its log."),
    ];
  findings.push(fine("it answers"));
  return model ? [...findings, await modelOf(model)] : findings;
}

async function cloudflare(settings) {
  const { env, fetch, api, now } = settings;
  const { CLOUDFLARE_ACCOUNT_ID: account, CLOUDFLARE_API_TOKEN: token } = env;
  if (!account && !token)
    return [
      fault(
        "nothing",
        "The environment names no service.",
        "Set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN, or WORKERS_AI_BASE_URL (npx workers-ai-wasm local prints it).",
      ),
    ];
  if (!account)
    return [
      fault(
        "no-account",
        "CLOUDFLARE_ACCOUNT_ID is not set.",
        "The dashboard's address has it: dash.cloudflare.com/{account id}.",
      ),
    ];
  if (!token) {
    const other = ["CF_API_TOKEN", "CLOUDFLARE_TOKEN", "CLOUDFLARE_API_KEY"].find((name) => env[name]);
    return [
      fault(
        "no-token",
        `CLOUDFLARE_API_TOKEN is not set${other ? `; ${other} is, which the client doesn't read` : ""}.`,
        "Make one at dash.cloudflare.com/profile/api-tokens with the template Workers AI.",
      ),
    ];
  }
  const slips = [slipOf("CLOUDFLARE_ACCOUNT_ID", account), slipOf("CLOUDFLARE_API_TOKEN", token)].filter(
    Boolean,
  );
  if (slips.length > 0) return slips;
  if (!/^[0-9a-f]{32}$/.test(account)) return [accountSlip(account)];
  if (/^[0-9a-f]{37}$/.test(token))
    return [
      fault(
        "global-key",
        "CLOUDFLARE_API_TOKEN holds a Global API Key.",
        "Make an API token instead: dash.cloudflare.com/profile/api-tokens.",
      ),
    ];
  if (token === account)
    return [fault("same", "CLOUDFLARE_API_TOKEN holds the account id.", "Set it to the token.")];
  const findings = [fine("account id and token look right")];

  const answer = await ask(fetch, `${api}/accounts/${account}/ai/models/search?per_page=1`, token);
  if (answer.failed)
    return [
      ...findings,
      unreachable(new URL(api).host, answer.failed, "Check the network, a firewall, HTTPS_PROXY."),
    ];
  findings.push(fine(`${new URL(api).host} answers`));
  const skew = answer.date ? Math.abs(now() - Date.parse(answer.date)) : 0;
  if (skew > MOST_SKEW)
    findings.push(
      fault(
        "clock",
        `This machine's clock is wrong by ${Math.round(skew / 60_000)} minutes.`,
        "Set it: certificates and tokens depend on it.",
      ),
    );
  if (!answer.ok) return [...findings, await refused(settings, answer)];
  findings.push(fine("the token may use Workers AI on this account"));
  if (settings.model) findings.push(await modelOf(settings.model));
  if (settings.gateway) findings.push(await gatewayOf(settings));
  return findings;
}

const accountSlip = (account) =>
  /@/.test(account)
    ? fault(
        "account-email",
        "CLOUDFLARE_ACCOUNT_ID is an e-mail address.",
        "It is 32 hexadecimal characters: dash.cloudflare.com/{account id}.",
      )
    : /^[0-9A-Fa-f]{32}$/.test(account)
      ? fault("account-case", "CLOUDFLARE_ACCOUNT_ID has capital letters.", "Spell it in small ones.")
      : account.length === 40
        ? fault("account-token", "CLOUDFLARE_ACCOUNT_ID looks like a token.", "Are the two swapped?")
        : fault(
            "account-form",
            `CLOUDFLARE_ACCOUNT_ID is not 32 hexadecimal characters, but ${account.length} characters.`,
            "The dashboard's address has it: dash.cloudflare.com/{account id}.",
          );

/** Why Cloudflare refuses: the token itself, what it may do, or the account. */
async function refused({ env, fetch, api }, { status, code }) {
  if (status === 429) return fault("rate", "Cloudflare says: too many requests.", "Wait some minutes.");
  if (status >= 500)
    return fault(
      "outage",
      `Cloudflare answers with ${status}.`,
      "Look at cloudflarestatus.com, and try again.",
    );
  if (status === 404 || code === 7000 || code === 7003)
    return fault(
      "account-unknown",
      "Cloudflare knows no such account, or the token may not see it.",
      "Compare CLOUDFLARE_ACCOUNT_ID with the dashboard's address.",
    );
  const verified = await ask(fetch, `${api}/user/tokens/verify`, env.CLOUDFLARE_API_TOKEN);
  const state = verified.result?.status;
  if (state === "disabled")
    return fault("token-disabled", "The token is disabled.", "Enable it, or make another one.");
  if (state === "expired")
    return fault("token-expired", "The token has expired.", "Roll it, or make another one.");
  if (state === "active")
    return fault(
      "scope",
      "The token is valid, but may not use Workers AI on this account.",
      'Give it the permission "Workers AI Read" (and "AI Gateway Read" with a gateway) for this account.',
    );
  return fault(
    "token",
    "Cloudflare doesn't know the token.",
    "It was deleted, rolled, or copied in part: make another one.",
  );
}

async function modelOf(model) {
  if (!/^@(cf|hf)\//.test(model))
    return note(`${model} is no model of Workers AI itself: whether it can be called, its gateway says.`);
  const { models } = await import("workers-ai-wasm/catalog");
  const known = models.find(({ id }) => id === model);
  if (!known)
    return fault(
      "model",
      `There is no model ${model} in the catalogue.`,
      "npx workers-ai-wasm demo lists them, or the file MODELS.md of the package.",
    );
  if (known.deprecated)
    return fault(
      "model-deprecated",
      `${model} is ${known.status}${known.deprecatedOn ? ` since ${known.deprecatedOn}` : ""}.`,
      known.successor ? `Use ${known.successor}.` : "Choose a current model of the same task.",
    );
  return fine(`${model} is there`);
}

async function gatewayOf({ env, fetch, api, gateway }) {
  const answer = await ask(
    fetch,
    `${api}/accounts/${env.CLOUDFLARE_ACCOUNT_ID}/ai-gateway/gateways/${encodeURIComponent(gateway)}`,
    env.CLOUDFLARE_API_TOKEN,
  );
  if (answer.ok) return fine(`the gateway ${gateway} is there`);
  if (answer.status === 404)
    return fault(
      "gateway",
      `There is no gateway "${gateway}" on this account.`,
      "Create it: dash.cloudflare.com, AI, AI Gateway; the id default is made by itself.",
    );
  return fault(
    "gateway-scope",
    `Cloudflare refuses to say whether the gateway "${gateway}" is there.`,
    'Give the token the permission "AI Gateway Read".',
  );
}

const REASONS = {
  ENOTFOUND: ["dns", "its name is not known here"],
  EAI_AGAIN: ["dns", "names can't be looked up: there is no network, or no name server"],
  ECONNREFUSED: ["refused", "nobody listens there"],
  ECONNRESET: ["reset", "the connection was broken"],
  ETIMEDOUT: ["timeout", "there is no answer"],
  UND_ERR_CONNECT_TIMEOUT: ["timeout", "there is no answer"],
  TimeoutError: ["timeout", "there is no answer"],
};

function unreachable(where, reason, advice) {
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(reason))
    return fault(
      "certificate",
      `${where} shows a certificate that is not trusted: something stands in between.`,
      "NODE_EXTRA_CA_CERTS names your company's certificate.",
    );
  const [name, text] = REASONS[reason] ?? ["network", reason];
  return fault(name, `${where} can't be reached: ${text}.`, advice);
}

async function ask(fetch, url, token) {
  try {
    const response = await fetch(url, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: AbortSignal.timeout(PATIENCE),
    });
    const body = await response.json().catch(() => ({}));
    const { ok, status, headers } = response;
    return {
      ok,
      status,
      date: headers.get("date"),
      result: body.result,
      code: Number(body.errors?.[0]?.code),
    };
  } catch (error) {
    return {
      failed: error.cause?.code ?? error.code ?? (error.name === "TimeoutError" ? error.name : error.message),
    };
  }
}
