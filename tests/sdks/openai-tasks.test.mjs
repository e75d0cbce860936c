/** Everything but chat through the genuine `openai`: embeddings, models, images, audio, responses. */
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { deepEqual, equal, match, ok, rejects } from "../suite/assert.mjs";
import { THINKING_MODEL } from "../suite/doors.mjs";
import { testEachDoor } from "../suite/harness.mjs";
import { png } from "./media.mjs";

const BGE = "@cf/baai/bge-small-en-v1.5";
const GEMMA = "@cf/google/embeddinggemma-300m";
const TURBO = "@cf/openai/whisper-large-v3-turbo";
const FLUX = "@cf/black-forest-labs/flux-1-schnell";

testEachDoor("openai, embeddings: numbers, base64, long lists", async ({ door, serveOpenAI }) => {
  const client = new OpenAI(serveOpenAI(door.client()));
  // The SDK asks for base64 by itself.
  const { data, usage } = await client.embeddings.create({ model: BGE, input: ["one", "two"] });
  deepEqual([data.length, data[0].embedding.length, data[1].index], [2, 384, 1]);
  ok(usage.total_tokens > 0);
  const plain = await client.embeddings.create({ model: BGE, input: "one", encoding_format: "float" });
  deepEqual(Float32Array.from(plain.data[0].embedding), Float32Array.from(data[0].embedding));
  const many = await client.embeddings.create({ model: BGE, input: Array(130).fill("x") });
  deepEqual([many.data.length, many.data[129].index], [130, 129]);
  await rejects(client.embeddings.create({ model: BGE, input: [[1, 2]] }), { status: 400, param: "input" });
});

testEachDoor("openai, embeddings: dimensions where the model can", async ({ door, serveOpenAI }) => {
  const client = new OpenAI(serveOpenAI(door.client()));
  for (const encoding_format of ["float", "base64"]) {
    const { data } = await client.embeddings.create({
      model: GEMMA,
      input: "A text of several words, so that each part of its vector has something in it.",
      dimensions: 512,
      encoding_format,
    });
    const vector =
      encoding_format === "float"
        ? data[0].embedding
        : new Float32Array(Uint8Array.from(atob(data[0].embedding), (c) => c.charCodeAt(0)).buffer);
    equal(vector.length, 512);
    const length = Math.hypot(...vector);
    ok(Math.abs(length - 1) < 1e-3, String(length));
  }
  const refused = client.embeddings.create({ model: BGE, input: "one", dimensions: 128 });
  await rejects(refused, { status: 400, param: "dimensions" });
});

testEachDoor("openai, models", async ({ door, serveOpenAI }) => {
  const client = new OpenAI(serveOpenAI(door.client()));
  const ids = [];
  for await (const { id, object } of client.models.list()) {
    equal(object, "model");
    ids.push(id);
  }
  ok(ids.includes(FLUX));
  equal((await client.models.retrieve(FLUX)).owned_by, "black-forest-labs");
  ok((await rejects(client.models.retrieve("@cf/no/model"))) instanceof OpenAI.NotFoundError);
});

testEachDoor("openai, images: generations and edits", async ({ door, serveOpenAI }) => {
  const client = new OpenAI(serveOpenAI(door.client()));
  const two = await client.images.generate({ model: FLUX, prompt: "a lighthouse", n: 2 });
  equal(two.data.length, 2);
  ok(two.data.every(({ b64_json }) => b64_json.length > 100));
  const asUrl = await client.images.generate({ model: FLUX, prompt: "a lighthouse", response_format: "url" });
  match(asUrl.data[0].url, /^data:image\/\w+;base64,/);
  for (const image of [png(), [png(), png()]]) {
    const model = "@cf/black-forest-labs/flux-2-dev";
    const edited = await client.images.edit({ model, prompt: "at night", image, size: "256x256" });
    ok(edited.data[0].b64_json.length > 100);
  }
  await rejects(client.images.generate({ model: FLUX, prompt: "a", size: "big" }), { param: "size" });
});

testEachDoor("openai, audio: speech, and what it says", async ({ door, serveOpenAI }) => {
  const client = new OpenAI(serveOpenAI(door.client()));
  const speech = await client.audio.speech.create({
    model: "@cf/deepgram/aura-1",
    voice: "luna",
    input: "hello there",
    response_format: "wav",
  });
  match(speech.headers.get("content-type"), /^audio\//);
  const recording = () => new File([bytes], "said.wav", { type: "audio/wav" });
  const bytes = await speech.arrayBuffer();
  ok(bytes.byteLength > 1000);
  const transcribe = (response_format) =>
    client.audio.transcriptions.create({ model: TURBO, file: recording(), response_format });
  equal((await transcribe("json")).text, "hello there");
  equal((await transcribe("text")).trim(), "hello there");
  match(await transcribe("srt"), /^1\n00:00:00,000 --> 00:00:0\d,\d{3}\nhello there\n/);
  match(await transcribe("vtt"), /^WEBVTT\n\n[\d:.]+ --> [\d:.]+\nhello there/);
  const verbose = await transcribe("verbose_json");
  deepEqual([verbose.task, verbose.text, verbose.segments[0].id], ["transcribe", "hello there", 0]);
  const translated = await client.audio.translations.create({ model: TURBO, file: recording() });
  equal(translated.text, "hello there");
  const events = [];
  const stream = await client.audio.transcriptions.create({ model: TURBO, file: recording(), stream: true });
  for await (const event of stream) events.push(event.type);
  deepEqual(events, ["transcript.text.delta", "transcript.text.done"]);
});

for (const model of [THINKING_MODEL, "@cf/meta/llama-3.1-8b-instruct", "@cf/openai/gpt-oss-120b"]) {
  testEachDoor(`openai, responses of ${model}`, async ({ door, serveOpenAI }) => {
    const client = new OpenAI(serveOpenAI(door.client()));
    const whole = await client.responses.create({ model, input: "echo: Hello", instructions: "Be brief." });
    deepEqual([whole.object, whole.status, whole.output_text], ["response", "completed", "Hello"]);
    ok(whole.usage.total_tokens > 0);
    const stream = client.responses.stream({ model, input: "count: 5" });
    let text = "";
    for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
    equal(text, "1 2 3 4 5");
    const final = await stream.finalResponse();
    deepEqual([final.output_text, final.status], ["1 2 3 4 5", "completed"]);
  });
}

testEachDoor(
  "openai, responses: tools and their results, structured output",
  async ({ door, serveOpenAI }) => {
    const client = new OpenAI(serveOpenAI(door.client()));
    const model = THINKING_MODEL;
    const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const tools = [{ type: "function", name: "weather", description: "", parameters, strict: false }];
    const input = [{ role: "user", content: 'call: weather {"city":"Paris"}' }];
    const first = await client.responses.create({ model, input, tools });
    const call = first.output.find(({ type }) => type === "function_call");
    deepEqual([call.name, JSON.parse(call.arguments)], ["weather", { city: "Paris" }]);
    const output = { type: "function_call_output", call_id: call.call_id, output: "sunny" };
    const second = await client.responses.create({
      model,
      input: [...input, ...first.output, output],
      tools,
    });
    ok(second.output_text.length > 0);
    const streamed = await client.responses.stream({ model, input, tools }).finalResponse();
    equal(streamed.output.find(({ type }) => type === "function_call").name, "weather");
    const format = zodTextFormat(z.object({ city: z.string() }), "place");
    const parsed = await client.responses.parse({ model, input: "A city.", text: { format } });
    equal(typeof parsed.output_parsed.city, "string");
  },
);

testEachDoor("openai, responses: what would be kept is refused", async ({ door, serveOpenAI }) => {
  const client = new OpenAI(serveOpenAI(door.client()));
  const create = (more) => client.responses.create({ model: THINKING_MODEL, input: "a", ...more });
  for (const [more, param] of [
    [{ previous_response_id: "resp_1" }, "previous_response_id"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ background: true }, "background"],
    [{ tools: [{ type: "web_search" }] }, "tools.0"],
  ])
    ok((await rejects(create(more), { param })) instanceof OpenAI.BadRequestError);
  ok((await rejects(client.responses.retrieve("resp_1"))) instanceof OpenAI.NotFoundError);
});
