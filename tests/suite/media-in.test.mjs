/** Media goes in in any form, and to the service in the one that model and door need. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

const WHISPER = "@cf/openai/whisper";
const TURBO = "@cf/openai/whisper-large-v3-turbo";
const NOVA = "@cf/deepgram/nova-3";
const SPOKEN = "good day";

/** A recording that says something: made by the service that hears it. */
const recording = (ai) =>
  ai.generateSpeech("@cf/deepgram/aura-1", { text: SPOKEN, encoding: "linear16", container: "wav" });

/** The same bytes in every form; a stream comes in pieces that begin in the middle of nowhere. */
const formsOf = ({ bytes }) => ({
  "a Uint8Array": () => bytes,
  "a view into a larger buffer": () => {
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    return larger.subarray(3, 3 + bytes.length);
  },
  "a DataView": () => new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  "an ArrayBuffer": () => bytes.slice().buffer,
  "a Blob": () => new Blob([bytes]),
  "a Blob with a type": () => new Blob([bytes], { type: "audio/wav" }),
  "a File": () => new File([bytes], "speech.wav", { type: "audio/wav" }),
  "a stream": () => streamOf(bytes, 1000),
  "a stream of one byte each": () => streamOf(bytes.subarray(0, 44), 1, bytes.subarray(44)),
  "a Response": () => new Response(bytes, { headers: { "content-type": "audio/wav" } }),
  base64: () => base64Of(bytes),
  "base64 in lines": () => base64Of(bytes).replaceAll(/.{76}/g, "$&\r\n"),
  "a data URL": () => `data:audio/wav;base64,${base64Of(bytes)}`,
  numbers: () => Array.from(bytes),
  "{ body: bytes, contentType }": () => ({ body: bytes, contentType: "audio/wav" }),
  "{ body: stream, contentType }": () => ({ body: streamOf(bytes, 5000), contentType: "audio/wav" }),
  "{ body: base64, contentType }": () => ({ body: base64Of(bytes), contentType: "audio/wav" }),
});

function base64Of(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function streamOf(bytes, size, ...last) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
  pieces.push(...last);
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
}

for (const model of [WHISPER, TURBO, NOVA, "@cf/nvidia/nemotron-speech-streaming-en-0.6b"]) {
  testEachDoor(`${model} hears the same in every form`, async ({ door }) => {
    const ai = door.client();
    for (const [name, make] of Object.entries(formsOf(await recording(ai)))) {
      equal((await ai.transcribe(model, { audio: make() })).text, SPOKEN, name);
      equal((await ai.transcribe(model, make())).text, SPOKEN, `${name}, alone`);
    }
  });

  testEachDoor(`${model} hears it through run as well`, async ({ door }) => {
    const ai = door.client();
    const textOf = (transcription) =>
      transcription.text ?? transcription.results.channels[0].alternatives[0].transcript;
    const speech = await recording(ai);
    for (const [name, make] of Object.entries(formsOf(speech))) {
      // What the caller puts into words of the binding keeps its meaning, and that model knows no streams.
      if (name.startsWith("{ body") && model !== NOVA) continue;
      equal(textOf(await ai.run(model, { audio: make() })), SPOKEN, name);
    }
  });
}

testEachDoor("media goes through a gateway", async ({ door }) => {
  const ai = door.client({ gateway: "g" });
  const speech = await recording(ai);
  for (const model of [WHISPER, TURBO, NOVA]) {
    equal((await ai.transcribe(model, speech.stream())).text, SPOKEN, model);
    equal((await ai.transcribe(model, speech.bytes)).text, SPOKEN, model);
  }
});

testEachDoor("media that was there is sent again where that helps", async ({ door }) => {
  const ai = door.client();
  const { bytes } = await recording(ai);
  for (const model of [WHISPER, TURBO, NOVA]) {
    for (const audio of [bytes, new Blob([bytes])]) {
      const headers = { "x-local-fault": `capacity, times=1, retry-after=0, id=${crypto.randomUUID()}` };
      const { text, meta } = await ai.transcribe(model, { audio }, { headers });
      equal(text, SPOKEN, model);
      equal(meta.attempts, 2, model);
    }
  }
});

testEachDoor("recordings of several megabytes go out whole, and again where that helps", async ({ door }) => {
  const ai = door.client({ timeout: 50_000 });
  const { bytes } = await recording(ai);
  const long = new Uint8Array(5 * 1024 * 1024);
  long.set(bytes);
  for (const [model, beside] of [
    [WHISPER, {}],
    [WHISPER, { source_lang: "en" }],
    [TURBO, {}],
    [NOVA, { punctuate: true }],
  ]) {
    const headers = { "x-local-fault": `capacity, times=1, retry-after=0, id=${crypto.randomUUID()}` };
    const { text, meta } = await ai.transcribe(model, { audio: long, ...beside }, { headers });
    equal(text, SPOKEN, model);
    equal(meta.attempts, 2, model);
  }
});

testEachDoor("what happens to the caller's bytes later has no effect", async ({ door }) => {
  const ai = door.client();
  const { bytes } = await recording(ai);
  for (const model of [WHISPER, TURBO, NOVA]) {
    const own = bytes.slice();
    const pending = ai.transcribe(model, { audio: own });
    own.fill(0);
    equal((await pending).text, SPOKEN, model);
  }
});

testEachDoor("what is no media is refused before any request, by name", async ({ door, lib }) => {
  let requests = 0;
  const ai = door.client({ hooks: { onRequest: () => requests++ } });
  const used = new Response("used");
  await used.text();
  const locked = new Blob(["locked"]).stream();
  locked.getReader();
  for (const [name, audio] of Object.entries({
    nothing: undefined,
    null: null,
    "an empty string": "",
    "no bytes": new Uint8Array(0),
    "an empty Blob": new Blob([]),
    "an empty stream": streamOf(new Uint8Array(0), 1),
    "no numbers": [],
    "a negative number": [1, -1],
    "a large number": [256],
    "half a number": Array(100).fill(0.5),
    "a boolean": true,
    "a number": 7,
    "an object": { bytes: [1] },
    "corrupt base64": "AAAA*AAA",
    "a part of base64": "AAAAA",
    "a data URL without base64": "data:audio/wav,hello",
    "a URL": "https://audio.example/a.mp3",
    "a failed Response": new Response("gone", { status: 404 }),
    "a Response that was read": used,
    "a stream that is read": locked,
    "a stream that breaks": new ReadableStream({
      pull: (controller) => controller.error(new Error("broken")),
    }),
    "a stream of something else": streamOf([1, 2, 3], 1),
    "{ body } with nothing in it": { body: new Uint8Array(0), contentType: "audio/wav" },
  })) {
    const error = await rejects(ai.transcribe(TURBO, { audio }), { code: "INVALID_INPUT" });
    match(error.field, /^audio(?:\.body)?$/, name);
    ok(lib.isWorkersAIError(error));
  }
  equal(requests, 0);
});

testEachDoor("a stream that stalls can be aborted", async ({ door }) => {
  const ai = door.client();
  for (const call of [
    (audio, options) => ai.transcribe(TURBO, { audio }, options),
    (audio, options) => ai.run(TURBO, { audio }, options),
  ]) {
    const controller = new AbortController();
    let cancelled = false;
    let notify;
    const begun = new Promise((resolve) => {
      notify = resolve;
    });
    const stalled = new ReadableStream({
      pull() {
        notify();
        return new Promise(() => {});
      },
      cancel() {
        cancelled = true;
      },
    });
    const pending = call(stalled, { signal: controller.signal });
    await begun;
    controller.abort();
    await rejects(pending, { code: "ABORTED" });
    ok(cancelled);
  }
});

testEachDoor("a stream that stalls is a timeout", async ({ door }) => {
  const stalled = new ReadableStream({ pull: () => new Promise(() => {}) });
  await rejects(door.client().transcribe(TURBO, { audio: stalled }, { timeout: 50 }), { code: "TIMEOUT" });
});

/** What goes over HTTP, as a stand-in for fetch sees it. */
async function sent(lib, call, answer = { text: "" }) {
  const { fetch, requests } = recorder(() => jsonResponse({ result: answer, success: true }));
  await call(new lib.WorkersAI({ baseURL: "http://proxy.example/ai", fetch }));
  const [{ url, headers, body }] = requests;
  const bytes = new Uint8Array(await new Response(body).arrayBuffer());
  return { url: new URL(url), type: headers["content-type"], bytes, text: new TextDecoder().decode(bytes) };
}

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0xff);
const LARGE = Uint8Array.from({ length: 200_000 }, (_, at) => at * 7);

test("over HTTP whisper gets a raw body with its type", async ({ lib }) => {
  for (const bytes of [PNG, LARGE]) {
    const { type, bytes: body } = await sent(lib, (ai) =>
      ai.transcribe(WHISPER, new Blob([bytes], { type: "audio/ogg" })),
    );
    equal(type, "audio/ogg");
    deepEqual(body, bytes);
  }
  equal((await sent(lib, (ai) => ai.transcribe(WHISPER, PNG))).type, "image/png", "it is sniffed");
  equal((await sent(lib, (ai) => ai.transcribe(WHISPER, [1, 2]))).type, "application/octet-stream");
  const stated = { body: PNG, contentType: "audio/L16;rate=16000" };
  equal((await sent(lib, (ai) => ai.transcribe(WHISPER, { audio: stated }))).type, "audio/L16;rate=16000");
  const unknown = new Blob([PNG], { type: "application/octet-stream" });
  equal((await sent(lib, (ai) => ai.transcribe(WHISPER, unknown))).type, "image/png");
});

test("numbers and base64 are the same as JSON.stringify would make them", async ({ lib }) => {
  for (const bytes of [PNG, LARGE]) {
    const numbers = await sent(lib, (ai) => ai.transcribe(WHISPER, { source_lang: "en", audio: bytes }));
    equal(numbers.type, "application/json");
    ok(numbers.text === JSON.stringify({ source_lang: "en", audio: Array.from(bytes) }));
    const base64 = await sent(lib, (ai) =>
      ai.transcribe(TURBO, { audio: bytes, initial_prompt: 'a "quote" é' }),
    );
    ok(base64.text === JSON.stringify({ audio: base64Of(bytes), initial_prompt: 'a "quote" é' }));
    const busy = await sent(lib, (ai) => ai.transcribe(WHISPER, bytes, { rejectIfBusy: true }));
    ok(busy.text === JSON.stringify({ audio: Array.from(bytes), options: { rejectIfBusy: true } }));
  }
  const url = await sent(lib, (ai) => ai.describeImage("@cf/moondream/moondream3.1-9B-A2B", PNG), {
    answer: "",
  });
  equal(url.text, JSON.stringify({ image: `data:image/png;base64,${base64Of(PNG)}`, stream: false }));
});

test("only nova's parameters go into the query", async ({ lib }) => {
  const { url, type } = await sent(
    lib,
    (ai) =>
      ai.transcribe(NOVA, { audio: PNG, punctuate: true, keyterm: "a b", utt_split: 0.5, redact: undefined }),
    { results: { channels: [{ alternatives: [{ transcript: "" }] }] } },
  );
  equal(url.search, "?punctuate=true&keyterm=a%20b&utt_split=0.5");
  equal(type, "image/png");
  await rejects(
    sent(lib, (ai) => ai.transcribe(NOVA, PNG, { rejectIfBusy: true })),
    { code: "INVALID_INPUT", field: "rejectIfBusy" },
  );
});

test("bytes for a model that is not known are refused with what to do", async ({ lib }) => {
  const error = await rejects(
    sent(lib, (ai) => ai.run("@cf/nobody/nothing", { audio: PNG })),
    { code: "INVALID_INPUT", field: "audio" },
  );
  match(error.message, /base64/);
});

test("what run takes as a raw body goes out as it did", async ({ lib }) => {
  const whole = await sent(lib, (ai) => ai.run(WHISPER, PNG));
  equal(whole.type, "application/octet-stream");
  deepEqual(whole.bytes, PNG);
  const named = await sent(lib, (ai) =>
    ai.run(NOVA, { audio: { body: PNG, contentType: "audio/ogg" }, punctuate: true }),
  );
  equal(named.type, "audio/ogg");
  equal(named.url.search, "?punctuate=true");
  const unknown = await sent(lib, (ai) =>
    ai.run("@cf/nobody/nothing", { audio: { body: PNG, contentType: "audio/ogg" } }),
  );
  deepEqual(unknown.bytes, PNG);
});

test("the refusal of base64 that is broken names its input", async ({ lib }) => {
  for (const ai of [
    new lib.WorkersAI({ binding: { run: async () => ({ text: "a" }) } }),
    restClient(lib, { fetch: async () => jsonResponse({ result: { text: "a" }, success: true }) }),
  ]) {
    for (const model of ["@cf/openai/whisper", "@cf/openai/whisper-large-v3-turbo", "@cf/deepgram/nova-3"]) {
      for (const audio of ["AAA!AAAA", "A", "data:audio/wav;base64,AA!A", "data:audio/wav,AAAA"]) {
        const error = await ai.transcribe(model, { audio }).catch((thrown) => thrown);
        deepEqual([error?.code, error?.field], ["INVALID_INPUT", "audio"], `${model} ${audio}`);
        match(error.message, /^audio: /);
      }
    }
  }
});
