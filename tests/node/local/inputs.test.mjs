// What the service refuses, and with which code: on both faces, for every task.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createLocalAI, createLocalHandler } from "../../../pkg-template/local/index.js";
import { toBase64 } from "../../../pkg-template/local/media/base64.js";
import { encodeJPEG } from "../../../pkg-template/local/media/jpeg.js";
import { picture } from "../../../pkg-template/local/media/picture.js";
import { encodePNG } from "../../../pkg-template/local/media/png.js";
import { encodeWAV } from "../../../pkg-template/local/media/wav.js";

const PNG = encodePNG(picture("input", 20, 10));
const JPEG = encodeJPEG(picture("input", 20, 10));
const LARGE = encodePNG(picture("input", 600, 600));
const WAV = encodeWAV(new Uint8Array(1600), { sampleRate: 8000 });
const numbers = (bytes) => [...bytes];

const DISTILBERT = "@cf/huggingface/distilbert-sst-2-int8";
const RERANKER = "@cf/baai/bge-reranker-base";
const M2M100 = "@cf/meta/m2m100-1.2b";
const INDIC = "@cf/ai4bharat/indictrans2-en-indic-1B";
const WHISPER = "@cf/openai/whisper";
const TURBO = "@cf/openai/whisper-large-v3-turbo";
const NOVA = "@cf/deepgram/nova-3";
const AURA = "@cf/deepgram/aura-2-es";
const SDXL = "@cf/stabilityai/stable-diffusion-xl-base-1.0";
const INPAINTING = "@cf/runwayml/stable-diffusion-v1-5-inpainting";
const FLUX = "@cf/black-forest-labs/flux-1-schnell";
const LUCID = "@cf/leonardo/lucid-origin";
const RESNET = "@cf/microsoft/resnet-50";
const LLAVA = "@cf/llava-hf/llava-1.5-7b-hf";
const MOONDREAM = "@cf/moondream/moondream3.1-9B-A2B";
const GUARD = "@cf/meta/llama-guard-3-8b";
const CLEF = "@cf/cloudflare/clef";
const CLAIRIC = "@cf/cloudflare/clairic";
const KIMI = "@cf/moonshotai/kimi-k2.6";
const LLAMA = "@cf/meta/llama-3.1-8b-instruct";

const question = (more) => ({ model: "clef", state: "x", questions: { q: { instructions: "?", ...more } } });
const withImage = (url) => ({
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "x" },
        { type: "image_url", image_url: { url } },
      ],
    },
  ],
});

const REFUSED = [
  ["no text", DISTILBERT, {}, 5006],
  ["a text of the wrong type", DISTILBERT, { text: 5 }, 5006],
  ["an empty text", DISTILBERT, { text: "" }, 5006],
  ["contexts without text", RERANKER, { query: "x", contexts: [{}] }, 5006],
  ["contexts that are texts", RERANKER, { query: "x", contexts: ["a"] }, 5006],
  ["a top_k of none", RERANKER, { query: "x", contexts: [{ text: "a" }], top_k: 0 }, 5006],
  ["no target language", M2M100, { text: "x" }, 5006],
  ["a language that the model doesn't know", M2M100, { text: "x", target_lang: "klingon" }, 5012],
  ["a language outside the list", INDIC, { text: "x", target_language: "deu_Latn" }, 5006],
  ["audio as base64 where numbers are due", WHISPER, { audio: toBase64(WAV) }, 5006],
  ["audio as a typed array that became an object", WHISPER, { audio: { 0: 82, 1: 73 } }, 5006],
  ["numbers that are no bytes", WHISPER, { audio: [1, 256] }, 5006],
  ["no numbers at all", WHISPER, { audio: [] }, 5006],
  ["bytes that are no audio", WHISPER, { audio: [1, 2, 3] }, 5012],
  ["audio as numbers where base64 is due", TURBO, { audio: numbers(WAV) }, 5006],
  ["text that is no base64", TURBO, { audio: "not base64!" }, 5004],
  ["a data URL where base64 is due", TURBO, { audio: `data:audio/wav;base64,${toBase64(WAV)}` }, 5004],
  ["an unknown task", TURBO, { audio: toBase64(WAV), task: "sing" }, 5006],
  ["a bare base64 text for Nova", NOVA, { audio: toBase64(WAV) }, 5006],
  ["a speaker of another model", AURA, { text: "x", speaker: "zeus" }, 5006],
  ["an unknown encoding", AURA, { text: "x", encoding: "ogg" }, 5006],
  ["a picture that is too wide", SDXL, { prompt: "x", width: 4096 }, 5006],
  ["a picture of half a pixel", SDXL, { prompt: "x", width: 300.5 }, 5006],
  ["too many steps", SDXL, { prompt: "x", num_steps: 21 }, 5006],
  ["no image to paint into", INPAINTING, { prompt: "x", mask: numbers(PNG) }, 5006],
  ["no mask", INPAINTING, { prompt: "x", image: numbers(PNG) }, 5006],
  ["an image that is none", INPAINTING, { prompt: "x", image: [1, 2], mask: numbers(PNG) }, 5012],
  ["a prompt that is too long", FLUX, { prompt: "x".repeat(2049) }, 5006],
  ["too many steps for FLUX", FLUX, { prompt: "x", steps: 9 }, 5006],
  ["a guidance out of range", LUCID, { prompt: "x", guidance: 11 }, 5006],
  ["no image", RESNET, {}, 5006],
  ["an image that can't be decoded", RESNET, { image: [137, 80, 78, 71] }, 5012],
  ["an image of the wrong type", LLAVA, { image: 5 }, 5006],
  ["a file where a URL is due", MOONDREAM, { image: toBase64(PNG) }, 5006],
  ["no image to find things in", MOONDREAM, { task: "detect" }, 5006],
  ["a system prompt for the guard", GUARD, { messages: [{ role: "system", content: "x" }] }, 5006],
  ["the wrong inner model", CLEF, { ...question({ type: "noul" }), model: "clef-flash" }, 8001],
  ["an unknown kind of question", CLEF, question({ type: "essay" }), 8001],
  ["a choice of one", CLEF, question({ type: "choice", criteria: { only: null } }), 8001],
  ["no questions", CLEF, { model: "clef", state: "x", questions: {} }, 8001],
  ["audio for the model without ears", CLEF, { ...question({ type: "noul" }), audio: [] }, 8001],
  ["a remote image", CLEF, { ...question({ type: "noul" }), images: ["https://example.com/a.png"] }, 8001],
  [
    "a field of an unknown type",
    CLAIRIC,
    { model: "clairic", state: "x", fields: { a: { type: "poem" } } },
    8001,
  ],
  ["a remote image in a message", KIMI, withImage("https://example.com/a.png"), 8001],
  ["an image in a message that is none", KIMI, withImage("data:image/png;base64,AAAA"), 5012],
  ["a prompt longer than the window", KIMI, { prompt: "x".repeat(4 * 262145) }, 5021],
  ["neither prompt nor messages", LLAMA, {}, 5006],
  ["a lora of a model that takes none", LLAMA, { prompt: "x", lora: "mine" }, 5005],
];

const handle = createLocalHandler({ engine: "stand-in" });
const rest = (model, body, headers = { "content-type": "application/json" }, query = "") =>
  handle(
    new Request(`http://local/client/v4/accounts/${"0".repeat(32)}/ai/run/${model}${query}`, {
      method: "POST",
      headers: { authorization: "Bearer t", ...headers },
      body,
    }),
  );

for (const [what, model, inputs, code] of REFUSED) {
  test(`${what}: ${code}`, async () => {
    const { success, result, errors } = await (await rest(model, JSON.stringify(inputs))).json();
    assert.deepEqual([success, result, errors[0].code], [false, {}, code]);
    assert.match(errors[0].message, /^AiError: .* \([0-9a-f-]{36}\)$/);
    const ai = createLocalAI({ engine: "stand-in" });
    await assert.rejects(ai.run(model, inputs), { message: new RegExp(`^${code}: `) });
  });
}

test("an empty raw body is no request", async () => {
  const response = await rest(WHISPER, new Uint8Array(0), { "content-type": "audio/wav" });
  assert.deepEqual([response.status, (await response.json()).errors[0].code], [400, 3003]);
});

test("a raw body for a model that takes JSON alone is refused", async () => {
  for (const model of [LLAMA, TURBO, FLUX]) {
    const response = await rest(model, WAV, { "content-type": "audio/wav" });
    assert.equal((await response.json()).errors[0].code, 5006, model);
  }
});

test("a body over the limit is refused, whatever it is", async () => {
  const small = createLocalHandler({ engine: "stand-in", maxBodyBytes: 100 });
  for (const [model, type] of [
    [WHISPER, "audio/wav"],
    [LLAMA, "application/json"],
  ]) {
    const response = await small(
      new Request(`http://local/ai/run/${model}`, {
        method: "POST",
        headers: { "content-type": type },
        body: new Uint8Array(101),
      }),
    );
    assert.deepEqual([response.status, (await response.json()).errors[0].code], [413, 3006]);
  }
});

test("curl's own content type is fine for JSON and for bytes", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const json = await (await rest(DISTILBERT, JSON.stringify({ text: "great" }), headers)).json();
  assert.equal(json.result[1].label, "POSITIVE");
  const audio = await (await rest(WHISPER, WAV, headers)).json();
  assert.match(audio.result.text, /WAV of 0\.10 seconds/);
});

test("FLUX.2 takes multipart with a boundary, small images, and no gateway", async () => {
  const model = "@cf/black-forest-labs/flux-2-dev";
  const form = (image) => {
    const data = new FormData();
    data.append("prompt", "a cat");
    if (image) data.append("input_image_0", new Blob([image]));
    return data;
  };
  const codeOf = async (body, headers = {}) =>
    (await (await rest(model, body, headers)).json()).errors[0]?.code;
  assert.equal(await codeOf(form(JPEG)), undefined);
  assert.equal(await codeOf(form(LARGE)), 5006);
  assert.equal(await codeOf(form(), { "cf-aig-gateway-id": "mine" }), 8001);
  assert.equal(await codeOf("--x\r\n", { "content-type": "multipart/form-data" }), 8001);
  const ai = createLocalAI({ engine: "stand-in" });
  const { body } = new Response(form());
  const inputs = { multipart: { body, contentType: "multipart/form-data" } };
  await assert.rejects(ai.run(model, inputs), /8001: /);
});

test("Nova's parameters over REST are in the query, and checked there", async () => {
  const headers = { "content-type": "audio/wav" };
  const good = await (await rest(NOVA, WAV, headers, "?diarize=true&sentiment=true")).json();
  assert.equal(good.result.results.channels[0].alternatives[0].words[0].speaker, 0);
  assert.equal(good.result.results.sentiments.average.sentiment, "neutral");
  const bad = await (await rest(NOVA, WAV, headers, "?mode=poetic")).json();
  assert.equal(bad.errors[0].code, 5006);
  const raw = await (
    await rest(NOVA, new Uint8Array(16000), headers, "?encoding=linear16&sample_rate=8000")
  ).json();
  assert.match(raw.result.results.channels[0].alternatives[0].transcript, /raw linear16 of 1\.00 seconds/);
});

test("images in messages are seen, in both schemas", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  const url = `data:image/png;base64,${toBase64(PNG)}`;
  const { choices } = await ai.run(KIMI, withImage(url));
  assert.match(choices[0].message.content, /1 word and a PNG of 20 by 10 pixels/);
  const scout = await ai.run("@cf/meta/llama-4-scout-17b-16e-instruct", withImage(url));
  assert.match(scout.response, /a PNG of 20 by 10 pixels/);
  const vision = "@cf/meta/llama-3.2-11b-vision-instruct";
  const beside = await ai.run(vision, { prompt: "What is this?", image: numbers(JPEG) });
  assert.match(beside.response, /a JPEG of 20 by 10 pixels/);
});

test("content that the service refuses is refused, on every endpoint", async () => {
  const CODER = "@cf/qwen/qwen2.5-coder-32b-instruct";
  const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
  const GLM = "@cf/zai-org/glm-4.7-flash";
  const KIMI = "@cf/moonshotai/kimi-k2.6";
  const calls = [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }];
  const parts = [{ role: "user", content: [{ type: "text", text: "a" }] }];
  const history = (turn) => [
    { role: "user", content: "a" },
    { role: "assistant", tool_calls: calls, ...turn },
  ];
  const handler = createLocalHandler({ engine: "stand-in", env: {} });
  const headers = { "content-type": "application/json", authorization: "Bearer t" };
  const account = "https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai";
  const post = async (path, body) =>
    (
      await handler(
        new Request(`${account}/${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
      )
    ).status;
  for (const [model, messages, wanted] of [
    [CODER, parts, 400],
    [GLM, parts, 400],
    [LLAMA, parts, 200],
    [KIMI, parts, 200],
    ...[CODER, GLM, LLAMA, KIMI].flatMap((model) => [
      [model, history({ content: null }), 400],
      [model, history({}), 400],
      [model, history({ content: "" }), 200],
    ]),
  ]) {
    const what = `${model} ${JSON.stringify(messages)}`;
    assert.equal(await post(`run/${model}`, { messages }), wanted, what);
    assert.equal(await post("v1/chat/completions", { model, messages }), wanted, `v1: ${what}`);
    const ai = createLocalAI({ engine: "stand-in", env: {} });
    const answered = await ai.run(model, { messages }).then(
      () => 200,
      () => 400,
    );
    assert.equal(answered, wanted, `binding: ${what}`);
  }
});
