/** A value of a schema while it comes in: partial values, elements one by one, the whole. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, streamResponse } from "./stubs.mjs";

const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const MISTRAL = "@cf/mistralai/mistral-small-3.1-24b-instruct";
const GEMMA = "@cf/google/gemma-4-26b-a4b-it";

/** A model of each family, and how it is brought to answer. */
const FAMILIES = [
  [LLAMA, "tool"],
  [MISTRAL, "tool"],
  [GEMMA, "openai-schema"],
  ["@cf/qwen/qwq-32b", "unstreamed"],
  ["@cf/openai/gpt-oss-20b", "openai-schema"],
  ["@cf/meta/llama-3.1-8b-instruct-fp8", "unstreamed"],
];

const ANYTHING = { type: "object" };
const LIST = { type: "array" };

for (const [model, objectMode] of FAMILIES) {
  testEachDoor(`streamObject: ${model} gives a value that grows`, async ({ door }) => {
    const schema = { type: "object", properties: { big: { type: "boolean" } }, required: ["big"] };
    const input = { schema, prompt: "Is Lisbon a big city?", max_tokens: 500 };
    const stream = await door.client().streamObject(model, input);
    equal(stream.meta.objectMode, objectMode);
    const partials = [];
    for await (const partial of stream.partials) partials.push(partial);
    const object = await stream.object;
    equal(typeof object.big, "boolean");
    deepEqual(partials.at(-1), object);
    const { text, finishReason, meta } = await stream.final();
    ok(text.includes("big"));
    equal(finishReason, "stop");
    equal(meta.door, door.name);
  });
}

const event = (value) => `data: ${JSON.stringify(value)}\n\n`;
const delta = (content) => event({ choices: [{ index: 0, delta: { content } }] });
const finish = (reason) => event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const DONE = "data: [DONE]\n\n";
/** A stream of texts, one event each. */
const streamOf = (...texts) => [...texts.map(delta), finish("stop"), DONE];

const clientOf = (lib, answer, options) => {
  const { fetch, requests } = recorder(answer);
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch, maxRetries: 0, ...options });
  return { client, requests };
};

/** A stream whose reply comes in these pieces. */
const streaming = (lib, pieces, { model = GEMMA, schema = ANYTHING, options } = {}) =>
  clientOf(lib, () => streamResponse(pieces)).client.streamObject(model, { schema, prompt: "x" }, options);

async function all(iterable) {
  const values = [];
  for await (const value of iterable) values.push(value);
  return values;
}

/** The partial values of a stream, none of which may change once it was given. */
async function partialsOf(stream) {
  const [yielded, then] = [[], []];
  for await (const partial of stream.partials) {
    yielded.push(partial);
    then.push(JSON.stringify(partial));
  }
  deepEqual(
    yielded.map((partial) => JSON.stringify(partial)),
    then,
  );
  return yielded;
}

test("streamObject: each event gives what is certain by then", async ({ lib }) => {
  const texts = [
    '{"na',
    'me":',
    ' "Ad',
    "a\\",
    'n","age',
    '":3',
    "6,",
    '"tags":["',
    'a"',
    ',"b"],"ok":tr',
    "ue}",
  ];
  deepEqual(await partialsOf(await streaming(lib, streamOf(...texts))), [
    {},
    { name: "Ad" },
    { name: "Ada" },
    { name: "Ada\n" },
    { name: "Ada\n", age: 36 },
    { name: "Ada\n", age: 36, tags: [""] },
    { name: "Ada\n", age: 36, tags: ["a"] },
    { name: "Ada\n", age: 36, tags: ["a", "b"] },
    { name: "Ada\n", age: 36, tags: ["a", "b"], ok: true },
  ]);
});

test("streamObject: the value is the same however the network cuts it", async ({ lib }) => {
  const value = [{ "é😀": "a\n\u2028😀é", n: [-1.5e3, 0, null, true] }, { __proto__: null, "": {} }, "x"];
  const texts = JSON.stringify(value).match(/.{1,5}/gsu);
  const bytes = new TextEncoder().encode(streamOf(...texts).join(""));
  const expected = JSON.parse(texts.join(""));
  const outcome = async (pieces) => {
    const stream = await streaming(lib, pieces, { schema: LIST });
    const [partials, elements, object] = await Promise.all([
      partialsOf(stream),
      all(stream.elements),
      stream.object,
    ]);
    deepEqual([partials.at(-1), elements, object], [expected, expected, expected]);
  };
  for (let at = 0; at <= bytes.length; at++) await outcome([bytes.subarray(0, at), bytes.subarray(at)]);
  await outcome(Array.from(bytes, (byte) => Uint8Array.of(byte)));
});

test("streamObject: halves of a character in two events are one", async ({ lib }) => {
  // As a service sends them that cuts its text without looking.
  const pieces = ['{"a":"', "\ud83d", "\ude00", "\\ud83d", "\\ude00", '\ud83d"}'];
  const partials = await partialsOf(await streaming(lib, streamOf(...pieces)));
  deepEqual(partials.slice(0, -1), [{ a: "" }, { a: "😀" }, { a: "😀😀" }]);
  equal(partials.at(-1).a.slice(0, 4), "😀😀");
});

test("streamObject: elements come one by one, each when it is complete", async ({ lib }) => {
  let give;
  const body = new ReadableStream({
    start(controller) {
      give = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
  });
  const { client } = clientOf(
    lib,
    () => new Response(body, { headers: { "content-type": "text/event-stream" } }),
  );
  const pending = client.streamObject(GEMMA, { schema: LIST, prompt: "x" });
  give(delta('[{"a":1},'));
  const stream = await pending;
  const elements = stream.elements[Symbol.asyncIterator]();
  deepEqual(await elements.next(), { value: { a: 1 }, done: false });
  const second = elements.next();
  give(delta('["b'));
  give(delta('"],7'));
  deepEqual(await second, { value: ["b"], done: false });
  const [third, fourth] = [elements.next(), elements.next()];
  give(delta("5]") + finish("stop") + DONE);
  deepEqual(await third, { value: 75, done: false });
  deepEqual(await fourth, { value: undefined, done: true });
});

test("streamObject: what stands around the value is skipped", async ({ lib }) => {
  for (const [before, after] of [
    ["```json\n", "\n```"],
    ['<think>Is it {"b":2}?</think>\n', ""],
    ["Sure, here is it: ", " Anything else?"],
    ["\n\n", "\n"],
  ]) {
    const text = `${before}{"a":[1,2]}${after}`;
    const stream = await streaming(lib, streamOf(...text.match(/.{1,3}/gs)));
    const partials = await partialsOf(stream);
    ok(partials.every((partial) => partial.b === undefined));
    deepEqual(partials.at(-1), { a: [1, 2] });
    deepEqual(await stream.object, { a: [1, 2] });
  }
});

test("streamObject: a value in a sentence that looks like one is found at the end", async ({ lib }) => {
  const stream = await streaming(lib, streamOf("In {braces} it is ", '{"a":1}'));
  deepEqual(await partialsOf(stream), [{}, { a: 1 }]);
  deepEqual(await stream.object, { a: 1 });
});

const toolDelta = (index, name, text) =>
  event({
    choices: [
      { index: 0, delta: { tool_calls: [{ index, id: "abcdefghi", function: { name, arguments: text } }] } },
    ],
  });

test("streamObject: through a tool, arrays in an object around them", async ({ lib }) => {
  const texts = ['{"val', 'ue":[{"a"', ":1},", '{"a":2', "}]}"];
  const pieces = [...texts.map((text) => toolDelta(0, "answer", text)), finish("tool_calls"), DONE];
  const { client, requests } = clientOf(lib, () => streamResponse(pieces));
  const stream = await client.streamObject(MISTRAL, { schema: LIST, prompt: "x" });
  const [partials, elements] = await Promise.all([partialsOf(stream), all(stream.elements)]);
  deepEqual(partials, [[{}], [{ a: 1 }], [{ a: 1 }, {}], [{ a: 1 }, { a: 2 }]]);
  deepEqual(elements, [{ a: 1 }, { a: 2 }]);
  deepEqual(await stream.object, [{ a: 1 }, { a: 2 }]);
  equal((await stream.final()).finishReason, "stop");
  equal(requests[0].body.tool_choice.function.name, "answer");
  equal(requests[0].body.stream, true);
});

test("streamObject: a model that was to call a tool and writes text, and one that talks before it", async ({
  lib,
}) => {
  const asText = await streaming(lib, streamOf('{"a"', ":1}"), { model: MISTRAL });
  deepEqual(await asText.object, { a: 1 });
  const pieces = [
    delta("{Let me see}"),
    toolDelta(0, "answer", '{"a":'),
    toolDelta(0, "answer", "1}"),
    finish("tool_calls"),
    DONE,
  ];
  const talks = await streaming(lib, pieces, { model: MISTRAL });
  deepEqual((await partialsOf(talks)).at(-1), { a: 1 });
  deepEqual(await talks.object, { a: 1 });
});

test("streamObject: a model that answers at once is a stream of one value", async ({ lib }) => {
  const { client } = clientOf(lib, () => jsonResponse({ success: true, result: { response: { a: 1 } } }));
  const stream = await client.streamObject("@cf/meta/llama-3.1-8b-instruct", {
    schema: ANYTHING,
    prompt: "x",
  });
  deepEqual(await all(stream.partials), [{ a: 1 }]);
  deepEqual(await stream.object, { a: 1 });
});

test("streamObject: one that ends early is TRUNCATED, with the partial value", async ({ lib }) => {
  const stream = await streaming(lib, [delta('{"a":[1,'), delta('{"b":"c')]);
  const object = stream.object;
  const partials = [];
  const error = await rejects(
    async () => {
      for await (const partial of stream.partials) partials.push(partial);
    },
    { code: "TRUNCATED" },
  );
  deepEqual(partials.at(-1), { a: [1, { b: "c" }] });
  deepEqual(error.partial.object, { a: [1, { b: "c" }] });
  equal(error.partial.text, '{"a":[1,{"b":"c');
  equal(await rejects(object), error);
});

test("streamObject: an error in the middle of the stream", async ({ lib }) => {
  const failed = event({
    errors: [{ code: 3040, message: "Capacity temporarily exceeded" }],
    success: false,
  });
  const stream = await streaming(lib, [delta('{"a":1,'), failed]);
  const error = await rejects(all(stream.partials), { code: "CAPACITY" });
  deepEqual(error.partial.object, { a: 1 });
});

test("streamObject: a whole answer that is not the value is NO_OBJECT, after its last partial value", async ({
  lib,
}) => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const wrong = await streaming(lib, streamOf('{"a":', "1}"), { schema });
  const partials = [];
  const error = await rejects(
    async () => {
      for await (const partial of wrong.partials) partials.push(partial);
    },
    { code: "NO_OBJECT" },
  );
  deepEqual(partials.at(-1), { a: 1 });
  equal(error.text, '{"a":1}');
  deepEqual(error.issues[0].path, ["a"]);
  const cut = await streaming(lib, [delta('{"a":"b'), finish("length"), DONE], { schema });
  equal((await rejects(cut.object, { code: "NO_OBJECT", message: /max_tokens/ })).finishReason, "length");
  const none = await streaming(lib, streamOf("I cannot do that."), { schema });
  await rejects(none.final(), { code: "NO_OBJECT" });
  const pieces = [toolDelta(0, "answer", '{"a":'), finish("tool_calls"), DONE];
  const called = await streaming(lib, pieces, { model: MISTRAL, schema });
  equal((await rejects(called.object, { code: "NO_OBJECT" })).text, '{"a":');
});

test("streamObject: leaving the last loop cancels the request, unless somebody waits for the whole", async ({
  lib,
}) => {
  let cancelled = 0;
  const endless = function* () {
    yield delta('{"a":"');
    for (;;) yield delta("x");
  };
  const open = () => {
    const onCancel = () => cancelled++;
    return clientOf(lib, () => streamResponse(endless(), { onCancel })).client.streamObject(GEMMA, {
      schema: ANYTHING,
      prompt: "x",
    });
  };
  const left = await open();
  const other = left.partials[Symbol.asyncIterator]();
  await other.next();
  for await (const partial of left.partials) if (partial.a !== undefined) break;
  equal(cancelled, 0);
  await other.return();
  equal(cancelled, 1);
  await rejects(left.object, { code: "ABORTED" });
  const whole = streamingWhole(lib);
  const stream = await whole.stream;
  const object = stream.object;
  for await (const _ of stream.partials) break;
  whole.end();
  deepEqual(await object, { a: 1 });
});

/** A stream whose end the test says. */
function streamingWhole(lib) {
  let end;
  const body = new ReadableStream({
    start(controller) {
      const give = (text) => controller.enqueue(new TextEncoder().encode(text));
      give(delta('{"a":1'));
      end = () => {
        give(delta("}") + finish("stop") + DONE);
        controller.close();
      };
    },
  });
  const answer = () => new Response(body, { headers: { "content-type": "text/event-stream" } });
  const stream = clientOf(lib, answer).client.streamObject(GEMMA, { schema: ANYTHING, prompt: "x" });
  return { stream, end };
}

test("streamObject: abort, a signal and a limit of time end it", async ({ lib }) => {
  const forever = () => streamResponse([delta('{"a":1,')], { open: true });
  const open = (options) =>
    clientOf(lib, forever).client.streamObject(GEMMA, { schema: ANYTHING, prompt: "x" }, options);
  const aborted = await open();
  const reading = all(aborted.partials);
  aborted.abort(new Error("enough"));
  const error = await rejects(reading, { code: "ABORTED" });
  equal(error.cause.message, "enough");
  const controller = new AbortController();
  const signalled = await open({ signal: controller.signal });
  const loop = signalled.partials[Symbol.asyncIterator]();
  deepEqual((await loop.next()).value, { a: 1 });
  const next = loop.next();
  controller.abort();
  const signal = await rejects(next, { code: "ABORTED" });
  deepEqual(signal.partial.object, { a: 1 });
  const stalled = await open({ timeout: { idle: 20 } });
  await rejects(stalled.object, { code: "TIMEOUT" });
});

test("streamObject: repair is for answers that were not streamed", async ({ lib }) => {
  const { client, requests } = clientOf(lib, () => jsonResponse({}));
  await rejects(client.streamObject(GEMMA, { schema: ANYTHING, prompt: "x", repair: 1 }), {
    code: "INVALID_INPUT",
    field: "repair",
  });
  await rejects(client.streamObject(GEMMA, { prompt: "x" }), { code: "INVALID_INPUT", field: "schema" });
  equal(requests.length, 0);
});

test("streamObject: hostile answers do no harm", async ({ lib }) => {
  const polluting = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
  const stream = await streaming(lib, streamOf(...polluting.match(/.{1,7}/gs)));
  const partials = await partialsOf(stream);
  ok(
    Object.hasOwn(partials.at(-1), "__proto__") &&
      Object.getPrototypeOf(partials.at(-1)) === Object.prototype,
  );
  equal({}.polluted, undefined);
  for (const text of [
    "[".repeat(5000),
    '{"a":'.repeat(5000),
    `{"${"k".repeat(20_000)}":1}`,
    `[${"1".repeat(20_000)}]`,
  ]) {
    const deep = await streaming(lib, streamOf(...text.match(/.{1,999}/gs)), { schema: {} });
    const outcome = await deep.object.then(
      (object) => JSON.stringify(object).length,
      (error) => error.code,
    );
    ok(outcome === "NO_OBJECT" || outcome > 0, String(outcome));
  }
});

test("streamObject: an array of many items is given seldom enough, and whole at the end", async ({ lib }) => {
  const items = Array.from({ length: 20_000 }, (_, at) => at);
  const texts = JSON.stringify(items).match(/.{1,8}/gs);
  const stream = await streaming(lib, streamOf(...texts), { schema: LIST });
  let count = 0;
  let last;
  for await (const partial of stream.partials) {
    count++;
    last = partial;
  }
  deepEqual(last, items);
  // One a piece would copy 150 million items.
  ok(count > 100 && count < texts.length / 2, `${count} of ${texts.length}`);
});

test("streamObject: nobody has to wait for the object", async ({ lib }) => {
  const stream = await streaming(lib, streamOf("none"));
  // A rejection that nobody has handled would end the process.
  void stream.object;
  await rejects(all(stream.elements), { code: "NO_OBJECT" });
  match(String(Object.prototype.toString.call(stream)), /object/);
});
