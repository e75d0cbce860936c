// `doctor` names the fault of each set-up that is broken, and none of one that isn't.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { examine } from "../../../pkg-template/local/cli/doctor.js";
import { serveLocalAI } from "../../../pkg-template/local/index.js";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const TOKEN = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-AB";
const right = { CLOUDFLARE_ACCOUNT_ID: ACCOUNT, CLOUDFLARE_API_TOKEN: TOKEN };

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "doctor-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const json = (status, body, headers = {}) => Response.json(body, { status, headers });
const failed = (status, code) => json(status, { success: false, errors: [{ code, message: "no" }] });
/** Cloudflare, by path. */
const api =
  ({ models = () => json(200, { success: true, result: [] }), verify, gateway } = {}) =>
  async (url) => {
    if (url.endsWith("/tokens/verify")) return verify();
    if (url.includes("/ai-gateway/")) return gateway();
    return models();
  };
const unreachable = (code) => async () => {
  throw Object.assign(new TypeError("fetch failed"), { cause: { code } });
};
const verified = (status) => () => json(200, { success: true, result: { status } });
const env = (more) => ({ ...right, ...more });

const look = (about) => examine({ folder, env: right, fetch: api(), ...about });
const faultsOf = (findings) => findings.filter(({ level }) => level === "fault").map(({ name }) => name);

test("nothing is wrong with a set-up that works", async () => {
  assert.deepEqual(faultsOf(await look({})), []);
});

/** The name of the fault, and the set-up. */
const BROKEN = {
  "an old Node": ["node", { node: "18.20.4" }],
  "an empty environment": ["nothing", { env: {} }],
  "no account id": ["no-account", { env: { CLOUDFLARE_API_TOKEN: TOKEN } }],
  "no token": ["no-token", { env: { CLOUDFLARE_ACCOUNT_ID: ACCOUNT } }],
  "the token by another name": ["no-token", { env: { CLOUDFLARE_ACCOUNT_ID: ACCOUNT, CF_API_TOKEN: TOKEN } }],
  "a line break behind the token": [
    "CLOUDFLARE_API_TOKEN-blank",
    { env: env({ CLOUDFLARE_API_TOKEN: `${TOKEN}\n` }) },
  ],
  "quotes around the token": [
    "CLOUDFLARE_API_TOKEN-quotes",
    { env: env({ CLOUDFLARE_API_TOKEN: `"${TOKEN}"` }) },
  ],
  "Bearer before the token": [
    "CLOUDFLARE_API_TOKEN-bearer",
    { env: env({ CLOUDFLARE_API_TOKEN: `Bearer ${TOKEN}` }) },
  ],
  "a placeholder": [
    "CLOUDFLARE_API_TOKEN-placeholder",
    { env: env({ CLOUDFLARE_API_TOKEN: "<your token>" }) },
  ],
  "an account id in capitals": [
    "account-case",
    { env: env({ CLOUDFLARE_ACCOUNT_ID: ACCOUNT.toUpperCase() }) },
  ],
  "an e-mail address as account": [
    "account-email",
    { env: env({ CLOUDFLARE_ACCOUNT_ID: "me@example.com" }) },
  ],
  "token and account swapped": [
    "account-token",
    { env: { CLOUDFLARE_ACCOUNT_ID: TOKEN, CLOUDFLARE_API_TOKEN: ACCOUNT } },
  ],
  "an account id cut off": ["account-form", { env: env({ CLOUDFLARE_ACCOUNT_ID: ACCOUNT.slice(1) }) }],
  "a Global API Key": [
    "global-key",
    { env: env({ CLOUDFLARE_API_TOKEN: "0123456789abcdef0123456789abcdef01234" }) },
  ],
  "the account id as token": ["same", { env: env({ CLOUDFLARE_API_TOKEN: ACCOUNT }) }],
  "no name server": ["dns", { fetch: unreachable("EAI_AGAIN") }],
  "a firewall": ["timeout", { fetch: unreachable("UND_ERR_CONNECT_TIMEOUT") }],
  "a certificate in between": ["certificate", { fetch: unreachable("SELF_SIGNED_CERT_IN_CHAIN") }],
  "another account's id": ["account-unknown", { fetch: api({ models: () => failed(404, 7003) }) }],
  "an unknown token": [
    "token",
    { fetch: api({ models: () => failed(401, 10000), verify: () => failed(401, 1000) }) },
  ],
  "a disabled token": [
    "token-disabled",
    { fetch: api({ models: () => failed(401, 10000), verify: verified("disabled") }) },
  ],
  "an expired token": [
    "token-expired",
    { fetch: api({ models: () => failed(401, 10000), verify: verified("expired") }) },
  ],
  "a token without the scope": [
    "scope",
    { fetch: api({ models: () => failed(403, 10000), verify: verified("active") }) },
  ],
  "too many requests": ["rate", { fetch: api({ models: () => failed(429, 971) }) }],
  "an outage": ["outage", { fetch: api({ models: () => new Response("<h1>520", { status: 520 }) }) }],
  "a clock that is an hour slow": [
    "clock",
    {
      now: () => Date.parse("2026-11-30T09:00:00Z"),
      fetch: api({ models: () => json(200, { result: [] }, { date: "Mon, 30 Nov 2026 10:00:00 GMT" }) }),
    },
  ],
  "a gateway that isn't there": [
    "gateway",
    { gateway: "nope", fetch: api({ gateway: () => failed(404, 7002) }) },
  ],
  "a gateway that may not be seen": [
    "gateway-scope",
    { gateway: "mine", fetch: api({ gateway: () => failed(403, 10000) }) },
  ],
  "a model that is none": ["model", { model: "@cf/meta/llama-9" }],
  "a model that is deprecated": ["model-deprecated", { model: "@cf/microsoft/phi-2" }],
  "a base URL without a scheme": ["base-url", { env: { WORKERS_AI_BASE_URL: "localhost:8797/ai" } }],
  "a base URL too long": ["base-url-path", { env: { WORKERS_AI_BASE_URL: "http://127.0.0.1:1/ai/run/" } }],
  "nobody at the base URL": [
    "refused",
    { env: { WORKERS_AI_BASE_URL: "http://127.0.0.1:1/ai" }, fetch: unreachable("ECONNREFUSED") },
  ],
  "a base URL that leads elsewhere": [
    "base-404",
    {
      env: { WORKERS_AI_BASE_URL: "http://127.0.0.1:1/" },
      fetch: async () => new Response("<h1>", { status: 404 }),
    },
  ],
};
for (const [what, [name, about]] of Object.entries(BROKEN)) {
  test(what, async () => {
    const findings = await look(about);
    assert.deepEqual(faultsOf(findings), [name]);
    const { text, advice } = findings.find(({ level }) => level === "fault");
    assert.ok(text.length > 20 && advice.length > 10);
    for (const value of Object.values(about.env ?? right))
      if (value.length > 30) assert.ok(!JSON.stringify(findings).includes(value.trim()), "a secret is shown");
  });
}

test("a Worker's configuration without the binding, and with it", async () => {
  const beside = await mkdtemp(path.join(tmpdir(), "worker-"));
  try {
    await writeFile(path.join(beside, "wrangler.toml"), 'name = "a"\n');
    assert.deepEqual(faultsOf(await look({ folder: beside })), ["binding"]);
    await writeFile(path.join(beside, "wrangler.toml"), 'name = "a"\n[ai]\nbinding = "AI"\n');
    assert.deepEqual(faultsOf(await look({ folder: beside })), []);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
});

test("a local service, its token and a wrong one", async () => {
  const server = await serveLocalAI({ engine: "stand-in", env: {}, apiToken: "the-right-token" });
  try {
    const about = (WORKERS_AI_TOKEN) => ({
      fetch,
      env: { WORKERS_AI_BASE_URL: server.baseURL, ...(WORKERS_AI_TOKEN ? { WORKERS_AI_TOKEN } : {}) },
    });
    assert.deepEqual(faultsOf(await look(about("the-right-token"))), []);
    assert.deepEqual(faultsOf(await look(about("another"))), ["base-token"]);
    assert.deepEqual(faultsOf(await look(about())), ["base-token"]);
  } finally {
    await server.close();
  }
});
