// Who answers: Cloudflare when credentials are set, an OpenAI-compatible server when its URL is, small real
// models when they are installed, and last the stand-in. `options.engine` names one instead, or is one.

import { checkAddress } from "../known-options.js";
import { canImportNodeOnly, importNodeOnly } from "../node-only.js";
import { Cloudflare } from "./cloudflare.js";
import { OpenAICompatible } from "./openai.js";
import { StandIn } from "./stand-in.js";

const NAMES = ["cloudflare", "openai", "small-models", "recorded", "stand-in"];

/** Rejects an option that is neither an engine nor the name of one. */
export function checkEngine(engine) {
  const isKnown = (engine ?? "auto") === "auto" || typeof engine === "object" || NAMES.includes(engine);
  if (!isKnown) throw new TypeError(`engine: one of auto, ${NAMES.join(", ")}, or an engine object`);
}

/** @returns {Promise<object[]>} engines in the order they are tried */
export async function chooseEngines(options) {
  checkEngine(options.engine);
  const name = options.engine ?? "auto";
  if (typeof name === "object") return [name].flat();

  const onError = options.onError ?? ((error) => console.error(error));
  const env = options.env ?? globalThis.process?.env ?? {};
  const makers = {
    cloudflare: () => cloudflare(options.cloudflare, env),
    openai: () => openAI(options.openai, env),
    "small-models": () => smallModels(options.smallModels, env, name === "auto" ? onError : null),
    // They are located before any engine is called. If nothing else is configured, a missing model is an
    // error.
    recorded: () => [],
    "stand-in": () => [new StandIn({ pace: options.pace })],
  };
  if (name !== "auto") {
    const made = await makers[name]();
    if (made.length === 0 && (name !== "recorded" || options.replay === undefined))
      throw new TypeError(`engine: "${name}" is not configured or not installed`);
    return made;
  }
  const engines = [];
  for (const name of NAMES) engines.push(...(await makers[name]()));
  return engines;
}

function cloudflare(settings, env) {
  if (settings === false) return [];
  const accountId = settings?.accountId ?? env.CLOUDFLARE_ACCOUNT_ID;
  const apiToken = settings?.apiToken ?? env.CLOUDFLARE_API_TOKEN;
  return accountId && apiToken ? [new Cloudflare({ ...settings, accountId, apiToken })] : [];
}

function openAI(settings, env) {
  if (settings === false) return [];
  const baseURL = settings?.baseURL ?? env.WORKERS_AI_LOCAL_OPENAI_URL;
  if (!baseURL) return [];
  checkAddress(settings?.baseURL ? "openai.baseURL" : "WORKERS_AI_LOCAL_OPENAI_URL", baseURL);
  const fromEnv = { apiKey: env.WORKERS_AI_LOCAL_OPENAI_KEY, model: env.WORKERS_AI_LOCAL_OPENAI_MODEL };
  return [new OpenAICompatible({ ...fromEnv, ...settings, baseURL })];
}

/**
 * The installed small models. One that cannot be loaded is reported to `onError` and omitted, or is an
 * error if no other engine is available.
 */
async function smallModels(settings, env, onError) {
  if (settings === false || !canImportNodeOnly()) return [];
  const { openInstalled } = await importNodeOnly("./small-models/installed.js");
  const engines = [];
  for (const engine of await openInstalled({
    folder: settings?.folder ?? env.WORKERS_AI_LOCAL_MODELS,
    weights: settings?.weights,
  })) {
    try {
      await engine.load();
      engines.push(engine);
    } catch (error) {
      if (!onError) throw error;
      onError(new Error(`${engine.description} could not be loaded`, { cause: error }));
    }
  }
  return engines;
}
