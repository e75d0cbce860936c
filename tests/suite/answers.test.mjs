/** What is an answer of a task and what is none, whichever way it comes: over HTTP, as the binding's `Response`, as a stand-in's value. */
import { deepEqual, equal, rejects } from "./assert.mjs";
import { test } from "./harness.mjs";
import { restClient } from "./stubs.mjs";

const BGE = "@cf/baai/bge-base-en-v1.5";
const M3 = "@cf/baai/bge-m3";
const RERANKER = "@cf/baai/bge-reranker-base";
const FLUX = "@cf/black-forest-labs/flux-1-schnell";
const AURA = "@cf/deepgram/aura-2-en";
const CLEF = "@cf/cloudflare/clef-flash";
const WAV = new TextEncoder().encode("RIFF\0\0\0\0WAVEfmt ");

/** JSON text, with numbers as they are written, or a value. */
const textOf = (answer) => (typeof answer === "string" ? answer : JSON.stringify(answer));
const reply = (body, type = "application/json") => new Response(body, { headers: { "content-type": type } });

/** Clients that get this answer. */
const DOORS = {
  http: (lib, answer) =>
    restClient(lib, {
      maxRetries: 0,
      fetch: async () => reply(`{"success":true,"errors":[],"result":${textOf(answer)}}`),
    }),
  response: (lib, answer) =>
    new lib.WorkersAI({ maxRetries: 0, binding: { run: async () => reply(textOf(answer)) } }),
  value: (lib, answer) =>
    new lib.WorkersAI({ maxRetries: 0, binding: { run: async () => JSON.parse(textOf(answer)) } }),
};

/** Calls with an answer at every door; gives what came of each. */
async function everywhere(lib, answer, call, look) {
  for (const [door, make] of Object.entries(DOORS))
    await look(call(make(lib, answer)), `${door}: ${textOf(answer)}`);
}

const refusedAs = (expected) => async (promise, what) => {
  const error = await promise.then(
    (result) => ({ code: `a success: ${JSON.stringify(result)}` }),
    (thrown) => thrown,
  );
  equal(error.code, expected, `${what}: ${error.message}`);
};
const MALFORMED = refusedAs("MALFORMED_RESPONSE");
const CAPACITY = refusedAs("CAPACITY");

const numbered = (...indices) => ({
  object: "list",
  data: indices.map((index) => ({ object: "embedding", index, embedding: [index, index + 0.5] })),
});

test("embed: numbered vectors come in the order of the texts", async ({ lib }) => {
  const expected = [
    [0, 0.5],
    [1, 1.5],
    [2, 2.5],
  ];
  for (const answer of [numbered(2, 0, 1), numbered(0, 1, 2)]) {
    await everywhere(
      lib,
      answer,
      (ai) => ai.embed(BGE, ["a", "b", "c"]),
      async (promise, what) => {
        const { rows, data, raw } = await promise;
        deepEqual(
          rows.map((row) => [...row]),
          expected,
          what,
        );
        deepEqual([...data], expected.flat(), what);
        // What the service said stays as it is.
        deepEqual(
          raw.data.map(({ index, embedding }) => [index, [...embedding]]),
          answer.data.map(({ index, embedding }) => [index, embedding]),
          what,
        );
      },
    );
    await everywhere(
      lib,
      answer,
      (ai) => ai.embedMany(BGE, ["a", "b", "c"]),
      async (promise, what) =>
        deepEqual(
          (await promise).rows.map((row) => [...row]),
          expected,
          what,
        ),
    );
    await everywhere(
      lib,
      answer,
      (ai) => ai.embeddings.create({ model: BGE, input: ["a", "b", "c"] }),
      async (promise, what) => {
        const { data } = await promise;
        deepEqual(
          data.map(({ index, embedding }) => [index, embedding]),
          expected.map((row, at) => [at, row]),
          what,
        );
      },
    );
    const batch = { responses: [{ id: 0, success: true, result: answer }] };
    await everywhere(
      lib,
      batch,
      (ai) => ai.batch.poll(BGE, "r"),
      async (promise, what) => {
        const [item] = (await promise).items;
        deepEqual(
          item.result.rows.map((row) => [...row]),
          expected,
          what,
        );
      },
    );
  }
  for (const answer of [numbered(0, 0, 1), numbered(1, 2, 3), numbered(0, 1, -1), numbered(0, 1, 1.5)]) {
    await everywhere(lib, answer, (ai) => ai.embed(BGE, ["a", "b", "c"]), MALFORMED);
    await everywhere(lib, answer, (ai) => ai.embedMany(BGE, ["a", "b", "c"]), MALFORMED);
    await everywhere(
      lib,
      answer,
      (ai) => ai.embeddings.create({ model: BGE, input: ["a", "b", "c"] }),
      MALFORMED,
    );
  }
});

test("a number that is too large for a vector, or a score, is none", async ({ lib }) => {
  for (const number of ["1e39", "-1e39", "1e400"]) {
    const answer = `{"data":[[1,${number}]]}`;
    await everywhere(lib, answer, (ai) => ai.embed(BGE, "a"), MALFORMED);
    await everywhere(lib, answer, (ai) => ai.embedMany(BGE, ["a"]), MALFORMED);
    await everywhere(lib, answer, (ai) => ai.embeddings.create({ model: BGE, input: "a" }), MALFORMED);
    await everywhere(
      lib,
      `{"responses":[{"id":0,"success":true,"result":${answer}}]}`,
      (ai) => ai.batch.poll(BGE, "r"),
      async (promise, what) => equal((await promise).items[0].error?.code, "MALFORMED_RESPONSE", what),
    );
  }
  const score = '{"response":[{"id":0,"score":1e999}]}';
  await everywhere(lib, score, (ai) => ai.rerank(RERANKER, { query: "q", contexts: ["a"] }), MALFORMED);
  await everywhere(lib, score, (ai) => ai.embed(M3, { query: "q", contexts: ["a"] }), MALFORMED);
});

test("embeddings.create: the service's own rows are OpenAI's at every door, one for each text", async ({
  lib,
}) => {
  for (const answer of [
    {
      shape: [2, 2],
      data: [
        [1, 2],
        [3, 4],
      ],
      usage: { prompt_tokens: 3, total_tokens: 3 },
    },
    {
      response: [
        [1, 2],
        [3, 4],
      ],
    },
  ]) {
    await everywhere(
      lib,
      answer,
      (ai) => ai.embeddings.create({ model: BGE, input: ["a", "b"] }),
      async (promise, what) => {
        const list = await promise;
        equal(list.object, "list", what);
        deepEqual(
          list.data,
          [
            { object: "embedding", index: 0, embedding: [1, 2] },
            { object: "embedding", index: 1, embedding: [3, 4] },
          ],
          what,
        );
        deepEqual(list.usage, answer.usage, what);
      },
    );
    await everywhere(
      lib,
      answer,
      (ai) => ai.embeddings.create({ model: BGE, input: ["a", "b"], encoding_format: "base64" }),
      async (promise, what) => equal((await promise).data[1].embedding, "AABAQAAAgEA=", what),
    );
  }
  for (const answer of [
    { data: [] },
    { data: [[1, 2]] },
    { data: [[null, null]] },
    {
      data: [
        [1, 2],
        [null, null],
      ],
    },
    { data: [[1, 2], [3]] },
    { data: [{ index: 0, embedding: [1] }, { index: 1 }] },
  ]) {
    await everywhere(lib, answer, (ai) => ai.embeddings.create({ model: BGE, input: ["a", "b"] }), MALFORMED);
  }
});

const done = (id, response) => ({ id, success: true, result: { response } });

test("batch: what is no finished batch is none, and no answer is lost", async ({ lib }) => {
  const CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
  for (const answer of [
    { responses: [done(0, "A"), done(0, "B")] },
    { responses: [done(-1, "A"), done(0, "B")] },
    { responses: null },
    { responses: {} },
    { status: "completed" },
    { status: "completed", responses: null },
  ]) {
    await everywhere(lib, answer, (ai) => ai.batch.poll(CHAT, "r"), MALFORMED);
    await everywhere(lib, answer, (ai) => ai.batch.wait(CHAT, "r"), MALFORMED);
  }
  const failed = { status: "failed", request_id: "r" };
  await everywhere(lib, failed, (ai) => ai.batch.submit(CHAT, ["a"]), refusedAs("SERVER"));
  await everywhere(
    lib,
    { responses: [done(1, "B"), done(0, "A")] },
    (ai) => ai.batch.wait(CHAT, "r"),
    async (promise, what) => {
      deepEqual(
        (await promise).items.map(({ index, result }) => [index, result.text]),
        [
          [0, "A"],
          [1, "B"],
        ],
        what,
      );
    },
  );
  const states = [
    { status: "queued", responses: [] },
    { status: "running", responses: [] },
    { responses: [done(0, "A")] },
  ];
  let looks = 0;
  const binding = { run: async () => states[looks++] };
  const { items } = await new lib.WorkersAI({ binding }).batch.wait(CHAT, "r", { intervalMs: 0 });
  deepEqual([looks, items.length], [3, 1]);
});

const MEDIA = { image: (ai) => ai.generateImage(FLUX, "a"), speech: (ai) => ai.generateSpeech(AURA, "a") };

test("media: a text in its place is a failure, and the service's own where it tells of one", async ({
  lib,
}) => {
  const client = (body, type) => restClient(lib, { maxRetries: 0, fetch: async () => reply(body, type) });
  const onBinding = (make) => new lib.WorkersAI({ maxRetries: 0, binding: { run: async () => make() } });
  const encoder = new TextEncoder();
  for (const [text, code, internalCode] of [
    ["error code: 1031", "SERVER", 1031],
    ["3040: Capacity temporarily exceeded", "CAPACITY", 3040],
    ['"3040: Capacity temporarily exceeded"', "CAPACITY", 3040],
    ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "MALFORMED_RESPONSE"],
    ["<head><title>oops</title></head>", "MALFORMED_RESPONSE"],
    ["<!-- a --><html></html>", "MALFORMED_RESPONSE"],
    ["null", "MALFORMED_RESPONSE"],
    ['"queued"', "MALFORMED_RESPONSE"],
    ["queued", "MALFORMED_RESPONSE"],
  ]) {
    for (const [kind, call] of Object.entries(MEDIA)) {
      for (const [door, ai] of [
        ["text over HTTP", client(text, "text/plain")],
        ["JSON over HTTP", client(text, "application/json")],
        ["media over HTTP", client(text, "image/png")],
        ["a Response", onBinding(() => reply(text, "text/plain"))],
        ["bytes", onBinding(() => encoder.encode(text))],
        ["a stream", onBinding(() => new Blob([text]).stream())],
      ]) {
        const what = `${kind}, ${door}: ${text}`;
        const error = await call(ai).then(
          () => ({ code: "a success" }),
          (thrown) => thrown,
        );
        equal(error.code, code, `${what}: ${error.message}`);
        equal(error.internalCode, internalCode, what);
      }
    }
  }
  for (const value of [null, "queued", "3040: busy"]) {
    const expected = value === "3040: busy" ? "CAPACITY" : "MALFORMED_RESPONSE";
    for (const call of Object.values(MEDIA)) await rejects(call(onBinding(() => value)), { code: expected });
  }
  // Asked again where that may help.
  let requested = 0;
  const fetch = async () =>
    requested++ === 0
      ? new Response("3040: Capacity temporarily exceeded", { headers: { "retry-after-ms": "0" } })
      : reply(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), "image/png");
  const image = await restClient(lib, { fetch, maxRetries: 1 }).generateImage(FLUX, "a");
  deepEqual([image.mediaType, image.meta.attempts, requested], ["image/png", 2, 2]);
  // A picture that is text, and sound without a header.
  const svg = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>';
  equal((await client(svg, "image/svg+xml").generateImage(FLUX, "a")).mediaType, "image/svg+xml");
  const silence = client(new Uint8Array(400).fill(0x55), "audio/alaw");
  equal((await silence.generateSpeech(AURA, "a")).bytes.length, 400);
});

test("a result that says nothing is none", async ({ lib }) => {
  const classify = (ai) => ai.classifyText("@cf/huggingface/distilbert-sst-2-int8", "a");
  await everywhere(lib, [], classify, MALFORMED);
  const rerank = (ai) => ai.rerank(RERANKER, { query: "q", contexts: ["a", "b"] });
  for (const response of [
    [],
    [
      { id: 0, score: 1 },
      { id: 0, score: 2 },
    ],
    [{ id: 2, score: 1 }],
  ]) {
    await everywhere(lib, { response }, rerank, MALFORMED);
  }
  const transcribe = (ai) => ai.transcribe("@cf/deepgram/nova-3", WAV);
  const resultsOf = (transcript) => ({
    results: { channels: [{ alternatives: [{ transcript, words: [] }] }] },
  });
  await everywhere(lib, resultsOf(null), transcribe, MALFORMED);
  await everywhere(lib, resultsOf(""), transcribe, async (promise, what) =>
    equal((await promise).text, "", what),
  );
  const turn = (ai) => ai.detectTurn("@cf/pipecat-ai/smart-turn-v2", WAV);
  await everywhere(lib, { is_complete: true, probability: "0.3" }, turn, async (promise, what) => {
    const { isComplete, probability } = await promise;
    deepEqual([isComplete, probability], [true, 0.3], what);
  });
  for (const probability of ["often", 7, {}])
    await everywhere(lib, { is_complete: true, probability }, turn, MALFORMED);
});

test("decide: each question has an answer, and a failure of one is a failure", async ({ lib }) => {
  const questions = {
    a: { type: "noul", instructions: "?" },
    b: { type: "noul", instructions: "?" },
  };
  const decide = (ai) => {
    const own = { ...questions };
    const promise = ai.decide(CLEF, { state: "s", questions: own });
    // What the caller does to its input later has no effect.
    delete own.b;
    return promise;
  };
  const noul = { type: "noul", noul: 0.5 };
  for (const answers of [{ a: noul }, { a: noul, b: null }, { a: noul, b: 0.5 }, {}]) {
    await everywhere(lib, { answers }, decide, MALFORMED);
  }
  const failed = { answers: { a: { error: { code: 3040, message: "busy" } }, b: noul } };
  await everywhere(lib, failed, decide, CAPACITY);
  await everywhere(lib, { answers: { b: noul, a: noul } }, decide, async (promise, what) =>
    deepEqual((await promise).answers, { b: noul, a: noul }, what),
  );
});

test("endpoints: a failure inside of a success is that failure", async ({ lib }) => {
  const failed = { error: { code: 3040, message: "Capacity temporarily exceeded" } };
  const file = () => ({ name: "a.html", blob: new Blob(["<p>a"]) });
  const over = (result) =>
    restClient(lib, { maxRetries: 0, fetch: async () => reply(JSON.stringify({ success: true, result })) });
  for (const result of [failed, [failed]])
    await rejects(over(result).toMarkdown(file()), { code: "CAPACITY" });
  for (const call of [
    (ai) => ai.toMarkdown.supported(),
    (ai) => ai.models.list(),
    (ai) => ai.models.schema(BGE),
    (ai) => ai.finetunes.list(),
  ]) {
    await rejects(call(over(failed)), { code: "CAPACITY", internalCode: 3040 });
  }
  const binding = { run() {}, toMarkdown: async () => failed, models: async () => failed };
  const ai = new lib.WorkersAI({ maxRetries: 0, binding });
  await rejects(ai.toMarkdown(file()), { code: "CAPACITY" });
  await rejects(ai.models.list(), { code: "CAPACITY" });
  const document = { id: "1", name: "a.html", mimeType: "text/html", format: "markdown", tokens: 0 };
  for (const data of [null, undefined]) {
    await rejects(over({ ...document, data }).toMarkdown(file()), { code: "MALFORMED_RESPONSE" });
  }
  equal((await over({ ...document, data: "" }).toMarkdown(file())).data, "");
});

test("an envelope of success that has errors and nothing else is that failure", async ({ lib }) => {
  const busy = { result: null, success: true, errors: [{ code: 3040, message: "busy" }], messages: [] };
  const clients = [
    restClient(lib, { maxRetries: 0, fetch: async () => reply(textOf(busy)) }),
    new lib.WorkersAI({ maxRetries: 0, binding: { run: async () => reply(textOf(busy)) } }),
    new lib.WorkersAI({ maxRetries: 0, binding: { run: async () => structuredClone(busy) } }),
  ];
  const calls = [
    (ai) => ai.run(BGE, { text: "a" }),
    (ai) => ai.embed(BGE, "a"),
    (ai) => ai.embeddings.create({ model: BGE, input: "a" }),
    (ai) => ai.rerank(RERANKER, { query: "q", contexts: ["a"] }),
    (ai) => ai.transcribe("@cf/openai/whisper", WAV),
    (ai) => ai.translate("@cf/meta/m2m100-1.2b", { text: "a", target_lang: "de" }),
    (ai) => ai.classifyText("@cf/huggingface/distilbert-sst-2-int8", "a"),
    (ai) => ai.generateImage(FLUX, "a"),
    (ai) => ai.generateSpeech(AURA, "a"),
    (ai) => ai.describeImage("@cf/llava-hf/llava-1.5-7b-hf", WAV),
    (ai) => ai.batch.poll(BGE, "r"),
    (ai) => ai.batch.submit(BGE, [{ text: "a" }]),
  ];
  for (const ai of clients) {
    for (const call of calls) await rejects(call(ai), { code: "CAPACITY", internalCode: 3040 }, `${call}`);
  }
});

const base64Of = (...numbers) =>
  btoa(String.fromCharCode(...new Uint8Array(new Float32Array(numbers).buffer)));

test("embed: rows in base64, and rows that are the whole answer", async ({ lib }) => {
  const listed = {
    object: "list",
    data: [
      { object: "embedding", index: 1, embedding: base64Of(3, 4) },
      { object: "embedding", index: 0, embedding: base64Of(1, 2) },
    ],
  };
  const rows = [
    [1, 2],
    [3, 4],
  ];
  for (const answer of [{ data: [base64Of(1, 2), base64Of(3, 4)] }, listed, rows]) {
    await everywhere(
      lib,
      answer,
      (ai) => ai.embed(BGE, ["a", "b"]),
      async (promise, what) => {
        const result = await promise;
        deepEqual([result.shape, result.rows.map((row) => [...row])], [[2, 2], rows], what);
      },
    );
  }
  const embed = (ai) => ai.embed(BGE, ["a", "b"]);
  for (const data of [
    [base64Of(1, 2), base64Of(3)],
    [base64Of(1), "AAA"],
    [base64Of(1), ""],
    [base64Of(Number.NaN), base64Of(1)],
    [base64Of(1), [1]],
  ]) {
    await everywhere(lib, { data }, embed, MALFORMED);
  }
});

test("describeImage: a language model's answer in any dialect, and its stream", async ({ lib }) => {
  const model = "@cf/llava-hf/llava-1.5-7b-hf";
  const describe = (ai) => ai.describeImage(model, WAV);
  const usage = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
  for (const [answer, tokens] of [
    [
      {
        choices: [{ message: { content: "A cat" }, finish_reason: "stop" }],
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      },
      usage,
    ],
    [{ type: "message", content: [{ type: "text", text: "A cat" }], stop_reason: "end_turn" }],
    [
      {
        status: "completed",
        output: [{ type: "message", content: [{ type: "output_text", text: "A cat" }] }],
      },
    ],
    [{ description: "A cat" }],
  ]) {
    await everywhere(lib, answer, describe, async (promise, what) => {
      const result = await promise;
      deepEqual([result.text, result.usage], ["A cat", tokens], what);
    });
  }
  const chunk = (content, finish_reason = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
  for (const stream of [
    `${chunk("A ")}${chunk("cat", "stop")}data: [DONE]\n\n`,
    'data: {"response":"A "}\n\ndata: {"response":"cat"}\n\ndata: [DONE]\n\n',
  ]) {
    for (const type of ["text/event-stream", "application/json"]) {
      const ai = restClient(lib, { maxRetries: 0, fetch: async () => reply(stream, type) });
      equal((await describe(ai)).text, "A cat", type);
    }
  }
  await everywhere(lib, { choices: [{ message: { content: null } }] }, describe, MALFORMED);
});

test("generateImage: a list of images, and addresses, which are not fetched", async ({ lib }) => {
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const url = "https://example.com/a.png";
  const draw = (ai) => ai.generateImage(FLUX, "a cat");
  for (const answer of [
    { image: png },
    { images: [png] },
    { images: [{ b64_json: png }] },
    { created: 1, data: [{ b64_json: png }] },
    { artifacts: [{ base64: png, finishReason: "SUCCESS" }] },
    { output: [`data:image/png;base64,${png}`] },
    JSON.stringify(png),
  ]) {
    // A text alone is no answer of the binding's.
    const doors = typeof answer === "string" ? { http: DOORS.http } : DOORS;
    for (const [door, make] of Object.entries(doors)) {
      const { mediaType, bytes } = await draw(make(lib, answer));
      deepEqual([mediaType, bytes.length], ["image/png", 70], `${door}: ${textOf(answer)}`);
    }
  }
  for (const answer of [
    { image: url },
    { images: [url] },
    { images: [{ url }] },
    { data: [{ url }] },
    { output: [url] },
  ]) {
    await everywhere(lib, answer, draw, async (promise, what) => {
      const error = await rejects(promise, { code: "MALFORMED_RESPONSE" });
      equal(/URL .* not fetched/.test(error.message), true, `${what}: ${error.message}`);
      equal(error.message.includes(url), false);
    });
  }
  for (const answer of [{ images: [] }, { data: [{}] }, { images: ["???"] }]) {
    await everywhere(lib, answer, draw, MALFORMED);
  }
});

test("forms of other authors' models, and numbers where texts stand", async ({ lib }) => {
  const of = async (answer, call, expected) => {
    await everywhere(lib, answer, call, async (promise, what) => {
      const { raw, meta, ...result } = await promise;
      deepEqual(result, expected, what);
    });
  };
  const rank = (ai) => ai.rerank(RERANKER, { query: "q", contexts: ["a", "b"] });
  const ranking = {
    results: [
      { index: 1, score: 0.75, text: "b" },
      { index: 0, score: 0.5, text: "a" },
    ],
  };
  const items = [
    { index: 0, relevance_score: 0.5 },
    { index: 1, relevance_score: "0.75" },
  ];
  for (const answer of [{ results: items }, { data: items }]) await of(answer, rank, ranking);
  const classify = (ai) => ai.classifyText("@cf/huggingface/distilbert-sst-2-int8", "a");
  await of([[{ label: "A", score: "0.5" }]], classify, { labels: [{ label: "A", score: 0.5 }] });
  const translate = (ai) => ai.translate("@cf/meta/m2m100-1.2b", { text: "a", target_lang: "de" });
  await of({ translated_text: 42 }, translate, { text: "42" });
  await of({ text: 42 }, (ai) => ai.transcribe("@cf/openai/whisper", WAV), { text: "42" });
});

test("a sentence in the place of vectors or of a batch is the failure", async ({ lib }) => {
  for (const call of [
    (ai) => ai.embeddings.create({ model: BGE, input: "a" }),
    (ai) => ai.batch.poll(BGE, "r"),
    (ai) => ai.batch.submit(BGE, [{ text: "a" }]),
  ]) {
    await everywhere(lib, { message: "The model is warming up" }, call, async (promise, what) => {
      const error = await rejects(promise, { code: "SERVER" });
      equal(error.message.includes("warming up"), true, what);
    });
  }
});

test("embeddings.create: the counts of a usage are numbers", async ({ lib }) => {
  for (const [usage, expected] of [
    [
      { prompt_tokens: "2", total_tokens: "2" },
      { prompt_tokens: 2, total_tokens: 2 },
    ],
    [
      { prompt_tokens: 2, total_tokens: 1, own: 1 },
      { prompt_tokens: 2, total_tokens: 2, own: 1 },
    ],
    [
      { prompt_tokens: 2, total_tokens: 2 },
      { prompt_tokens: 2, total_tokens: 2 },
    ],
  ]) {
    for (const data of [[[1]], [{ index: 0, embedding: [1] }]]) {
      const call = (ai) => ai.embeddings.create({ model: BGE, input: "a" });
      await everywhere(lib, { data, usage }, call, async (list, what) =>
        deepEqual((await list).usage, expected, what),
      );
    }
  }
});

test("chat completions: a total below its parts is their sum", async ({ lib }) => {
  const choices = [{ index: 0, message: { role: "assistant", content: "a" }, finish_reason: "stop" }];
  for (const total_tokens of [4, "4", null, undefined]) {
    const usage = { prompt_tokens: 2, completion_tokens: 3, total_tokens };
    const request = { model: "@cf/a/b", messages: [{ role: "user", content: "a" }] };
    const call = (ai) => ai.chat.completions.create(request);
    const expected = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 };
    await everywhere(lib, { choices, usage }, call, async (answer, what) =>
      deepEqual((await answer).usage, expected, what),
    );
  }
});
