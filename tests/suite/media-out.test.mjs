/** What models make: bytes with their type, whatever form the service gives them in. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient, streamResponse } from "./stubs.mjs";

const FLUX1 = "@cf/black-forest-labs/flux-1-schnell";
const FLUX2 = "@cf/black-forest-labs/flux-2-dev";
const SDXL = "@cf/stabilityai/stable-diffusion-xl-base-1.0";
const INPAINTING = "@cf/runwayml/stable-diffusion-v1-5-inpainting";
const MELO = "@cf/myshell-ai/melotts";
const AURA = "@cf/deepgram/aura-2-en";
const SMALL = { width: 256, height: 256 };

const isPNG = (bytes) => bytes[0] === 0x89 && bytes[1] === 0x50;
const isJPEG = (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8;
const bytesOf = async (body) => new Uint8Array(await new Response(body).arrayBuffer());
const base64Of = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

testEachDoor("images come as bytes with their type, whatever the model's form", async ({ door }) => {
  const ai = door.client();
  const cat = "a cat";
  for (const [model, input, isIt, type] of [
    [SDXL, { prompt: cat, ...SMALL }, isPNG, "image/png"],
    ["@cf/leonardo/phoenix-1.0", { prompt: cat, ...SMALL }, isJPEG, "image/jpeg"],
    ["@cf/leonardo/lucid-origin", { prompt: cat, ...SMALL }, isJPEG, "image/jpeg"],
    [FLUX1, cat, isJPEG, "image/jpeg"],
    [FLUX2, { prompt: cat, ...SMALL }, isJPEG, "image/jpeg"],
  ]) {
    const image = await ai.generateImage(model, input);
    ok(image.bytes instanceof Uint8Array && isIt(image.bytes), model);
    equal(image.mediaType, type);
    equal(image.meta.model, model);
    ok(image.meta.durationMs > 0 && image.meta.attempts === 1);
  }
});

testEachDoor("speech comes as bytes with its type, and either name of the text will do", async ({ door }) => {
  const ai = door.client();
  for (const [model, input, type] of [
    [MELO, "good day", "audio/mpeg"],
    [MELO, { prompt: "good day", lang: "en" }, "audio/mpeg"],
    [MELO, { text: "good day" }, "audio/mpeg"],
    [AURA, { text: "good day", speaker: "luna" }, "audio/mpeg"],
    [AURA, { prompt: "good day", encoding: "linear16", container: "wav" }, "audio/wav"],
    [AURA, { text: "good day", encoding: "flac" }, "audio/flac"],
  ]) {
    const speech = await ai.generateSpeech(model, input);
    equal(speech.mediaType, type, `${model} ${JSON.stringify(input)}`);
    // The stand-in hears what it has said, but in FLAC.
    if (type === "audio/flac") continue;
    equal((await ai.transcribe("@cf/openai/whisper", speech.bytes)).text, "good day");
  }
});

testEachDoor("all forms of an image hold the same bytes", async ({ door }) => {
  const image = await door.client().generateImage(FLUX1, "a cat");
  const { bytes } = image;
  deepEqual(await bytesOf(image.blob()), bytes);
  equal(image.blob().type, "image/jpeg");
  deepEqual(await bytesOf(image.stream()), bytes);
  equal(image.base64(), base64Of(bytes));
  equal(image.dataURL(), `data:image/jpeg;base64,${base64Of(bytes)}`);
  const response = image.response({ headers: { "cache-control": "no-store" } });
  equal(response.headers.get("content-type"), "image/jpeg");
  equal(response.headers.get("cache-control"), "no-store");
  deepEqual(await bytesOf(response.body), bytes);
  // More than once.
  deepEqual(await bytesOf(image.response().body), bytes);
});

testEachDoor("the raw answer is there without the megabytes", async ({ door }) => {
  const ai = door.client();
  deepEqual((await ai.generateImage(FLUX1, "a cat")).raw, {});
  equal((await ai.generateImage(SDXL, { prompt: "a cat", ...SMALL })).raw, undefined);
});

testEachDoor("images start from images", async ({ door }) => {
  const ai = door.client();
  const start = await ai.generateImage(SDXL, { prompt: "a cat", ...SMALL });
  const prompt = "a dog";
  for (const image of [
    () => start.bytes,
    () => start.blob(),
    () => start.base64(),
    () => start.dataURL(),
    () => start.response(),
    () => start.stream(),
    () => [...start.bytes],
  ]) {
    const mask = start.stream();
    ok(isPNG((await ai.generateImage(INPAINTING, { prompt, image: image(), mask })).bytes));
    ok(isJPEG((await ai.generateImage(FLUX2, { prompt, image: image(), ...SMALL })).bytes));
  }
  ok(
    isPNG((await ai.generateImage(INPAINTING, { prompt, image_b64: start.bytes, mask: start.bytes })).bytes),
  );
  const two = [start.blob(), start.base64()];
  ok(
    isJPEG(
      (await ai.generateImage(FLUX2, { prompt, image: two, input_image_0: start.bytes, ...SMALL })).bytes,
    ),
  );
  const run = await ai.run(FLUX2, { prompt, image: start.bytes, ...SMALL });
  match(run.image, /^\/9j\//);
  const form = new FormData();
  form.append("prompt", prompt);
  match((await ai.run(FLUX2, form)).image, /^\/9j\//);
});

testEachDoor("what no model takes is refused by name", async ({ door }) => {
  const ai = door.client();
  const image = new Uint8Array(8).fill(1);
  for (const [model, input, field] of [
    [FLUX1, { prompt: "a", image }, "image"],
    [FLUX1, { prompt: "" }, "prompt"],
    [FLUX1, { prompt: "a".repeat(2049) }, "prompt"],
    [FLUX2, { prompt: "a", image: [image, image, image, image, image] }, "image"],
    [FLUX2, { prompt: "a", image: "https://a.example/b.png" }, "input_image_0"],
    [FLUX2, { prompt: "a", width: 10 }, "width"],
    [SDXL, { prompt: "a", image: [300] }, "image"],
    [SDXL, 7, "input"],
    [AURA, "a cat", "model"],
  ]) {
    await rejects(ai.generateImage(model, input), { code: "INVALID_INPUT", field });
  }
  await rejects(ai.generateSpeech(AURA, { text: "a", speaker: "nobody" }), {
    code: "INVALID_INPUT",
    field: "speaker",
  });
  await rejects(ai.generateSpeech(AURA, ""), { code: "INVALID_INPUT", field: "text" });
});

/** A client whose service answers with this. */
const answering = (lib, answer, options) =>
  new lib.WorkersAI({ baseURL: "http://proxy.example/ai", fetch: recorder(answer).fetch, ...options });

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0xff);

test("base64 is read however it is cut and wherever it stands", async ({ lib }) => {
  const encoded = base64Of(PNG);
  for (const [text, raw] of [
    [JSON.stringify({ result: { image: encoded }, success: true, errors: [], messages: [] }), {}],
    [JSON.stringify({ image: encoded, seed: 1 }), { seed: 1 }],
    [
      JSON.stringify({ result: { seed: [1], image: `data:image/png;base64,${encoded}` }, success: true }),
      { seed: [1] },
    ],
    [`{"image":"${encoded.replaceAll("/", "\\/").replaceAll("=", "\\u003d")}"}`, {}],
  ]) {
    for (const size of [1, 2, 3, 7, 1000]) {
      const pieces = text.match(new RegExp(`.{1,${size}}`, "gs"));
      const ai = answering(lib, () => streamResponse(pieces, { type: "application/json; charset=utf-8" }));
      const image = await ai.generateImage(FLUX1, "a");
      deepEqual(image.bytes, PNG, `${text} by ${size}`);
      equal(image.mediaType, "image/png");
      deepEqual(image.raw, raw);
    }
  }
});

test("a type is what the bytes are, not what they are called", async ({ lib }) => {
  const called = (type, bytes) =>
    answering(lib, () => new Response(bytes, { headers: { "content-type": type } }));
  equal((await called("image/jpeg", PNG).generateImage(SDXL, "a")).mediaType, "image/png");
  const sound = await called("audio/L16; rate=24000", Uint8Array.of(1, 2, 3)).generateSpeech(AURA, "a");
  equal(sound.mediaType, "audio/L16; rate=24000");
  equal(sound.dataURL(), "data:audio/L16;rate=24000;base64,AQID");
});

test("a stand-in for the binding may give a stream or an object", async ({ lib }) => {
  const ai = (answer) => new lib.WorkersAI({ binding: { run: async () => answer } });
  deepEqual((await ai({ image: base64Of(PNG) }).generateImage(FLUX1, "a")).bytes, PNG);
  deepEqual((await ai(new Blob([PNG]).stream()).generateImage(SDXL, "a")).bytes, PNG);
  const json = new Blob([JSON.stringify({ image: base64Of(PNG) })]).stream();
  deepEqual((await ai(json).generateImage(FLUX1, "a")).bytes, PNG);
});

test("answers without media are told by what is missing", async ({ lib }) => {
  const failing = (answer) => answering(lib, answer, { maxRetries: 0 }).generateImage(FLUX1, "a");
  await rejects(
    failing(() => jsonResponse({ result: {}, success: true })),
    { code: "MALFORMED_RESPONSE", message: /no image/ },
  );
  await rejects(
    failing(() => jsonResponse({ result: { image: "" }, success: true })),
    { code: "MALFORMED_RESPONSE" },
  );
  await rejects(
    failing(() => jsonResponse({ image: "AA*A" })),
    { code: "MALFORMED_RESPONSE", message: /base64/ },
  );
  await rejects(
    failing(() => jsonResponse({ image: 1 })),
    { code: "MALFORMED_RESPONSE" },
  );
  await rejects(
    failing(() => streamResponse(['{"image":"AA'], { type: "application/json" })),
    { code: "MALFORMED_RESPONSE" },
  );
  await rejects(
    failing(() => streamResponse([], { type: "image/png" })),
    { code: "MALFORMED_RESPONSE" },
  );
  await rejects(
    failing(() => streamResponse(["<html>"], { type: "text/html" })),
    { code: "MALFORMED_RESPONSE", message: /web page/ },
  );
  const failed = { result: {}, success: false, errors: [{ code: 3030, message: "flagged" }] };
  const error = await rejects(
    failing(() => jsonResponse(failed, { headers: { "cf-ai-req-id": "r1" } })),
    { internalCode: 3030 },
  );
  equal(error.requestId, "r1");
});

test("an answer is bounded, and one that breaks off is a NETWORK error", async ({ lib }) => {
  const many = () => streamResponse(Array(10).fill(new Uint8Array(1000)), { type: "image/png" });
  await rejects(answering(lib, many, { maxResponseBytes: 5000 }).generateImage(SDXL, "a"), {
    code: "TOO_LARGE",
  });
  const json = () =>
    streamResponse(['{"image":"', ..."A".repeat(6000).match(/.{1000}/g)], { type: "application/json" });
  await rejects(answering(lib, json, { maxResponseBytes: 5000 }).generateImage(FLUX1, "a"), {
    code: "TOO_LARGE",
  });
  const broken = () => {
    const body = new ReadableStream(
      {
        start: (controller) => controller.enqueue(PNG),
        pull: (controller) => controller.error(new Error("gone")),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { "content-type": "image/png" } });
  };
  await rejects(answering(lib, broken).generateImage(SDXL, "a"), { code: "NETWORK" });
  const controller = new AbortController();
  const open = () => {
    setTimeout(() => controller.abort());
    return streamResponse([PNG], { type: "image/png", open: true });
  };
  await rejects(answering(lib, open).generateImage(SDXL, "a", { signal: controller.signal }), {
    code: "ABORTED",
  });
});

test("bytes of a stand-in for the binding are bytes", async ({ lib }) => {
  const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const forms = {
    "a Uint8Array": () => new Uint8Array(PNG),
    "a view into more": () => new Uint8Array([1, ...PNG, 2]).subarray(1, 9),
    "an ArrayBuffer": () => new Uint8Array(PNG).buffer,
    "a DataView": () => new DataView(new Uint8Array(PNG).buffer),
    "a Blob": () => new Blob([new Uint8Array(PNG)], { type: "image/png" }),
    "a Blob without a type": () => new Blob([new Uint8Array(PNG)]),
  };
  for (const [what, make] of Object.entries(forms)) {
    const made = make();
    const ai = new lib.WorkersAI({ binding: { run: async () => made } });
    const image = await ai.generateImage("@cf/stabilityai/stable-diffusion-xl-base-1.0", "a");
    deepEqual([...image.bytes], PNG, what);
    equal(image.mediaType, "image/png", what);
    const stream = await ai.run("@cf/stabilityai/stable-diffusion-xl-base-1.0", { prompt: "a" });
    deepEqual([...new Uint8Array(await new Response(stream).arrayBuffer())], PNG, what);
  }
});

test("run gives bytes of a stand-in in the same way, whatever they are and whatever form they have", async ({
  lib,
}) => {
  for (const text of ['{"response":"a"}', "plain", 'data: {"response":"a"}\n\n', ""]) {
    const bytes = new TextEncoder().encode(text);
    for (const make of [
      () => bytes,
      () => bytes.buffer,
      () => new DataView(bytes.buffer),
      () => new Blob([bytes]),
    ]) {
      const ai = new lib.WorkersAI({ binding: { run: async () => make() } });
      const stream = await ai.run("@cf/a/b", { prompt: "a" });
      ok(stream instanceof ReadableStream, text);
      equal(await new Response(stream).text(), text);
    }
  }
});

test("a model that takes a form goes through no gateway, on no door", async ({ lib }) => {
  let sent = 0;
  const fetch = async () => {
    sent++;
    return jsonResponse({});
  };
  const FLUX2 = "@cf/black-forest-labs/flux-2-dev";
  const form = new FormData();
  form.append("prompt", "a");
  for (const ai of [
    restClient(lib, { fetch, gateway: "g" }),
    new lib.WorkersAI({ baseURL: "https://a.example/ai", fetch, gateway: "g" }),
    new lib.WorkersAI({ binding: { run: fetch }, gateway: "g" }),
  ]) {
    for (const call of [
      () => ai.generateImage(FLUX2, "a"),
      () => ai.run(FLUX2, { prompt: "a" }),
      () => ai.run(FLUX2, { multipart: { body: form } }),
      () => ai.run(FLUX2, form),
    ]) {
      const error = await call().catch((thrown) => thrown);
      deepEqual([error?.code, error?.field], ["INVALID_INPUT", "gateway"]);
    }
  }
  equal(sent, 0);
});
