/** The entry `workers-ai-wasm/catalog`: the table and the prices. */
import { asOf, estimateCost, freeNeuronsPerDay, models, usdPerNeuron } from "workers-ai-wasm/catalog";
import { deepEqual, equal, match, ok, throws } from "./assert.mjs";
import { test } from "./harness.mjs";

const find = (id) => models.find((model) => model.id === id);

/** Equal but for what floating-point numbers do. */
function near(actual, expected, what) {
  ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${what}: ${actual} is not ${expected}`);
}

test("the catalogue has every model once, sorted, with its task, methods and status", () => {
  const ids = models.map(({ id }) => id);
  ok(ids.length > 100);
  deepEqual(ids, [...new Set(ids)].sort());
  for (const model of models) {
    match(model.id, /^@(cf|hf)\/[\w-]+\/[\w.-]+$/);
    ok(model.task && model.methods.length > 0 && model.input && model.output, model.id);
    equal(model.deprecated, ["deprecated", "removed"].includes(model.status), model.id);
    equal(
      model.methods.includes("streamText"),
      model.methods.includes("generateText") && model.streams,
      model.id,
    );
    for (const [field, value] of Object.entries(model)) ok(value !== null, `${model.id} ${field}`);
    if (model.successor) ok(find(model.successor), model.successor);
  }
  match(asOf, /^\d{4}-\d{2}-\d{2}$/);
  equal(freeNeuronsPerDay, 10_000);
});

test("a model of the catalogue says what it can do", () => {
  const model = find("@cf/moonshotai/kimi-k2.6");
  equal(model.task, "Text Generation");
  equal(model.contextWindow, 262_144);
  equal(model.deprecated, false);
  deepEqual(model.methods, ["generateText", "streamText"]);
  for (const capability of ["functionCalling", "reasoning", "vision", "paidPlan"]) {
    ok(model.capabilities.includes(capability), capability);
  }
  deepEqual(model.price.cachedInputTokens, { usd: 0.16, neurons: 14_545 });
  equal(model.requestsPerMinute, 20);
  equal(find("@cf/baai/bge-m3").requestsPerMinute, 3000);
  const old = find("@cf/moonshotai/kimi-k2.5");
  equal(old.deprecated, true);
  equal(old.deprecatedOn, "2026-05-30");
  equal(old.successor, model.id);
});

/** What each unit of the price list comes to: the model, the usage, neurons. */
const COSTS = [
  [
    "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    { promptTokens: 1e6, completionTokens: 1e6 },
    26_668 + 204_805,
  ],
  ["@cf/meta/llama-3.2-1b-instruct", { promptTokens: 1000 }, 2.457],
  // The cached part of the prompt has its own price, where there is one.
  [
    "@cf/moonshotai/kimi-k2.6",
    { promptTokens: 1e6, cachedTokens: 4e5, completionTokens: 0 },
    86_364 * 0.6 + 14_545 * 0.4,
  ],
  ["@cf/meta/llama-3.2-1b-instruct", { promptTokens: 1000, cachedTokens: 400 }, 2.457],
  // An alias costs what answers.
  ["@cf/moonshotai/kimi-k2.5", { promptTokens: 1e6 }, 86_364],
  // No output price: only the input counts.
  ["@cf/cloudflare/clef", { promptTokens: 1e6, completionTokens: 50 }, 21_818],
  // Only dollars are published.
  ["@cf/cloudflare/clef-omni", { promptTokens: 1e6 }, 0.15 / 0.000011],
  ["@cf/baai/bge-m3", { promptTokens: 1e6 }, 1075],
  ["@cf/baai/bge-reranker-base", { promptTokens: 1e6 }, 283],
  ["@cf/microsoft/resnet-50", {}, 0.228055],
  ["@cf/microsoft/resnet-50", { images: 1e6 }, 228_055],
  ["@cf/openai/whisper", { audioSeconds: 90 }, 41.14 * 1.5],
  ["@cf/deepgram/nova-3", { audioSeconds: 60 }, 472.73],
  ["@cf/deepgram/nova-3", { audioSeconds: 60, realtime: true }, 836.36],
  ["@cf/deepgram/flux", { audioSeconds: 60 }, 700],
  ["@cf/pipecat-ai/smart-turn-v2", { audioSeconds: 8 }, 0.51 * 8],
  ["@cf/myshell-ai/melotts", { audioSeconds: 60 }, 18.63],
  ["@cf/deepgram/aura-2-en", { characters: 500 }, 2727.27 / 2],
  // Four tiles and four steps, the model's defaults.
  ["@cf/black-forest-labs/flux-1-schnell", {}, 57.6],
  ["@cf/black-forest-labs/flux-1-schnell", { width: 1024, height: 1024, steps: 4, images: 2 }, 115.2],
  // A started tile is a tile.
  ["@cf/leonardo/phoenix-1.0", { width: 513, height: 512, steps: 1 }, 2 * 530 + 10],
  ["@cf/leonardo/lucid-origin", { steps: 10 }, 9 * 636 + 10 * 12],
  ["@cf/black-forest-labs/flux-2-dev", { width: 1024, height: 1024, steps: 25 }, 4 * 25 * 37.5],
  [
    "@cf/black-forest-labs/flux-2-dev",
    { width: 1024, height: 1024, steps: 25, inputImages: [{ width: 512, height: 512 }] },
    4 * 25 * 37.5 + 25 * 18.75,
  ],
  [
    "@cf/black-forest-labs/flux-2-klein-4b",
    {
      width: 1024,
      height: 768,
      inputImages: [
        { width: 500, height: 500 },
        { width: 512, height: 512 },
      ],
    },
    4 * 26.05 + 2 * 5.37,
  ],
  ["@cf/black-forest-labs/flux-2-klein-9b", { width: 1024, height: 1024 }, 1363.64],
  [
    "@cf/black-forest-labs/flux-2-klein-9b",
    { width: 1920, height: 1080, inputImages: [{ width: 512, height: 512 }] },
    1363.64 + 181.82 + 181.82,
  ],
  ["@cf/stabilityai/stable-diffusion-xl-base-1.0", {}, 0],
  // Measured neurons are the answer, even of a model that the catalogue doesn't know.
  ["@cf/somebody/new", { neurons: 7.55 }, 7.55],
];

test("a cost is what the price list says, for every unit", () => {
  const met = new Set();
  for (const [id, usage, neurons] of COSTS) {
    const cost = estimateCost(id, usage);
    const what = `${id} ${JSON.stringify(usage)}`;
    near(cost.neurons, neurons, what);
    near(cost.usd, neurons * usdPerNeuron, what);
    for (const unit of Object.keys(find(id)?.price ?? {})) met.add(unit);
  }
  const all = new Set(models.flatMap(({ price }) => Object.keys(price ?? {})));
  deepEqual([...met].sort(), [...all].sort());
});

test("neurons and dollars of the price list agree", () => {
  for (const { id, price = {} } of models) {
    for (const [unit, { usd, neurons }] of Object.entries(price)) {
      if (usd === undefined || neurons === undefined) continue;
      // Both are published rounded, dollars to as little as one digit.
      const digits = String(usd).split(".")[1]?.length ?? 0;
      const rounding = Math.max(0.02 * usd, 0.5 * 10 ** -digits);
      ok(Math.abs(neurons * usdPerNeuron - usd) <= rounding, `${id} ${unit}`);
    }
  }
});

test("a price that nobody knows is undefined", () => {
  // A model of extraction is paid for each time that it reads the input.
  const once = estimateCost("@cf/cloudflare/clairic", { promptTokens: 9000 });
  equal(estimateCost("@cf/cloudflare/clairic", { input_tokens: 9000, passes: 3 }).usd, once.usd * 3);
  equal(estimateCost("@cf/somebody/new", { promptTokens: 1 }), undefined);
  equal(estimateCost("@cf/google/embeddinggemma-300m", { promptTokens: 1 }), undefined);
  equal(estimateCost("@cf/openai/whisper", { audioSeconds: 1, realtime: true }), undefined);
  equal(estimateCost("@cf/deepgram/flux", { audioSeconds: 1, realtime: false }), undefined);
});

test("the usage of a result will do as it is, or none, or the service's own", () => {
  const id = "@cf/meta/llama-3.2-1b-instruct";
  const cost = estimateCost(id, { promptTokens: 1000, completionTokens: 100, totalTokens: 1100 });
  ok(cost.usd > 0);
  equal(estimateCost(id, undefined), undefined);
  for (const usage of [
    { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, prompt_tokens_details: null },
    { input_tokens: 1000, output_tokens: 100 },
  ]) {
    deepEqual(estimateCost(id, usage), cost);
  }
});

test("a usage that lacks what the price needs is refused", ({ lib }) => {
  const refused = (id, usage, field) => {
    const error = throws(() => estimateCost(id, usage), { code: "INVALID_INPUT", field });
    ok(lib.isWorkersAIError(error));
  };
  refused("@cf/meta/llama-3.2-1b-instruct", {}, "usage.promptTokens");
  refused("@cf/meta/llama-3.2-1b-instruct", { promptTokens: -1 }, "usage.promptTokens");
  refused("@cf/meta/llama-3.2-1b-instruct", { promptTokens: "5" }, "usage.promptTokens");
  refused("@cf/meta/llama-3.2-1b-instruct", { promptTokens: Number.NaN }, "usage.promptTokens");
  refused("@cf/moonshotai/kimi-k2.6", { promptTokens: 1, cachedTokens: 2 }, "usage.cachedTokens");
  refused("@cf/leonardo/lucid-origin", {}, "usage.steps");
  refused("@cf/openai/whisper", { promptTokens: 1 }, "usage.audioSeconds");
  refused("@cf/deepgram/aura-1", {}, "usage.characters");
  refused("@cf/black-forest-labs/flux-2-dev", { inputImages: [{ width: 1 }] }, "usage.inputImages[0].height");
  refused("@cf/black-forest-labs/flux-2-dev", { inputImages: 1 }, "usage.inputImages");
  refused("@cf/somebody/new", null, "usage");
  refused("@cf/somebody/new", { neurons: -1 }, "usage.neurons");
});
