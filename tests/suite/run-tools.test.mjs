/** `runTools`: at every door with a model of each family, and against stand-ins whose answers are known to the byte. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient, streamResponse } from "./stubs.mjs";

/** One of each family that calls tools, with the dialects and quirks that it has. */
const FAMILIES = {
  llama: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
  scout: "@cf/meta/llama-4-scout-17b-16e-instruct",
  mistral: "@cf/mistralai/mistral-small-3.1-24b-instruct",
  kimi: "@cf/moonshotai/kimi-k2.6",
  glm: "@cf/zai-org/glm-4.7-flash",
  "gpt-oss": "@cf/openai/gpt-oss-120b",
  qwen: "@cf/qwen/qwen3-30b-a3b-fp8",
  gemma: "@cf/google/gemma-4-26b-a4b-it",
};
const LLAMA = FAMILIES.llama;
const GLM = FAMILIES.glm;

const fails = (action, code) => rejects(action, { code });

const CITY = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

/** A tool that tells which cities it was asked for. */
function weather(calledWith = [], more = {}) {
  return {
    description: "The weather of a city",
    input: CITY,
    execute: async ({ city }) => {
      calledWith.push(city);
      return { city, degrees: 21 };
    },
    ...more,
  };
}

const call = (name, args) => `call: ${name} ${JSON.stringify(args)}`;

/** Turns without what differs from model to model. */
const outline = (messages) =>
  messages.map(({ role, tool_calls, tool_call_id }) => [
    role,
    tool_calls?.length ?? (tool_call_id ? "result" : 0),
  ]);

for (const [family, model] of Object.entries(FAMILIES)) {
  for (const stream of [false, true]) {
    testEachDoor(
      `runTools, ${family}${stream ? ", streamed" : ""}: calls are run and answered`,
      async ({ door }) => {
        const calledWith = [];
        const input = {
          messages: [
            {
              role: "user",
              content: `${call("weather", { city: "Paris" })}\n${call("weather", { city: "Rome" })}`,
            },
          ],
          tools: { weather: weather(calledWith) },
          stream,
        };
        const started = await door.client().runTools(model, input);
        const run = stream ? await started.final() : started;
        deepEqual(calledWith, ["Paris", "Rome"]);
        match(run.text, /The tool said: \{"city":"Rome","degrees":21\}/);
        equal(run.endedBy, "answer");
        equal(run.finishReason, "stop");
        equal(run.steps.length, 2);
        deepEqual(
          run.steps[0].toolCalls.map(({ name, arguments: args }) => [name, args]),
          [
            ["weather", { city: "Paris" }],
            ["weather", { city: "Rome" }],
          ],
        );
        deepEqual(
          run.steps[0].toolResults.map(({ output }) => output),
          [
            { city: "Paris", degrees: 21 },
            { city: "Rome", degrees: 21 },
          ],
        );
        equal(run.steps[0].finishReason, "tool-calls");
        deepEqual(outline(run.messages), [
          ["user", 0],
          ["assistant", 2],
          ["tool", "result"],
          ["tool", "result"],
          ["assistant", 0],
        ]);
        const total = run.steps.reduce((sum, { usage }) => sum + usage.totalTokens, 0);
        equal(run.usage.totalTokens, total);
        equal(run.meta.attempts, 2);
        equal(run.meta.door, door.name);
        // The conversation goes on from there.
        const more = await door.client().runTools(model, {
          messages: [...run.messages, { role: "user", content: "echo: good" }],
          tools: { weather: weather() },
        });
        equal(more.text, "good");
        const answered = await door.client().generateText(model, {
          messages: [...run.messages, { role: "user", content: "echo: better" }],
        });
        equal(answered.text, "better");
      },
    );
  }
}

/** A client whose service gives these answers, one after the other. */
function served(lib, answers, options) {
  const { fetch, requests } = recorder((request, index) => {
    const answer = answers[index];
    if (answer === undefined) throw new Error(`request ${index} was not expected`);
    return typeof answer === "function"
      ? answer(request)
      : answer instanceof Response
        ? answer
        : jsonResponse(envelope(answer));
  });
  return { ai: restClient(lib, { fetch, maxRetries: 0, ...options }), requests };
}

const envelope = (result) => ({ result, success: true, errors: [], messages: [] });

/** A chat answer with these calls: `[name, arguments, id]`. */
const chat = (calls, { content = "", finish_reason = calls.length > 0 ? "tool_calls" : "stop" } = {}) => ({
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content,
        tool_calls: calls.map(([name, args, id = `call_${name}`]) => ({
          id,
          type: "function",
          function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
        })),
      },
      finish_reason,
    },
  ],
  usage: {
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: 15,
    neurons: 1.5,
    prompt_tokens_details: { cached_tokens: 4 },
  },
});
const words = (content) => chat([], { content });

/** The same as a stream. */
function streamed({ choices: [{ message, finish_reason }], usage }) {
  const chunk = (value) => `data: ${JSON.stringify(value)}\n\n`;
  const pieces = [];
  for (const text of message.content.match(/.{1,4}/gs) ?? [])
    pieces.push(chunk({ choices: [{ index: 0, delta: { content: text } }] }));
  message.tool_calls.forEach((own, index) => {
    pieces.push(chunk({ choices: [{ index: 0, delta: { tool_calls: [{ ...own, index }] } }] }));
  });
  pieces.push(chunk({ choices: [{ index: 0, delta: {}, finish_reason }], usage }), "data: [DONE]\n\n");
  return streamResponse(pieces);
}

async function collected(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

test("runTools: what goes out, and what comes back", async ({ lib }) => {
  const { ai, requests } = served(lib, [
    chat([
      ["files_read", { path: "a" }, "c1"],
      ["now", "", "c2"],
    ]),
    words("Done."),
  ]);
  const contexts = [];
  const run = await ai.runTools(GLM, {
    prompt: "Read a.",
    temperature: 0,
    tools: {
      "files.read": lib.tool({
        description: "Reads a file",
        input: { type: "object", properties: { path: { type: "string" } } },
        execute: ({ path }, context) => {
          contexts.push(context);
          return `content of ${path}`;
        },
      }),
      now: { execute: () => new Date(0) },
    },
  });
  const [first, second] = requests.map(({ body }) => body);
  deepEqual(first.messages, [{ role: "user", content: "Read a." }]);
  equal(first.temperature, 0);
  equal("tool_choice" in first, false);
  deepEqual(first.tools, [
    {
      type: "function",
      function: {
        name: "files_read",
        description: "Reads a file",
        parameters: { type: "object", properties: { path: { type: "string" } } },
      },
    },
    {
      type: "function",
      function: { name: "now", description: "now", parameters: { type: "object", properties: {} } },
    },
  ]);
  deepEqual(second.messages.slice(2), [
    { role: "tool", tool_call_id: "c1", name: "files_read", content: "content of a" },
    { role: "tool", tool_call_id: "c2", name: "now", content: '"1970-01-01T00:00:00.000Z"' },
  ]);
  equal(run.steps[0].toolCalls[0].name, "files.read");
  equal(contexts[0].toolCallId, "c1");
  equal(contexts[0].messages.length, 2);
  ok(contexts[0].signal instanceof AbortSignal && contexts[0].abortSignal === contexts[0].signal);
  deepEqual(run.usage, {
    promptTokens: 20,
    completionTokens: 10,
    totalTokens: 30,
    cachedTokens: 8,
    neurons: 3,
  });
  equal(run.meta.neurons, 3);
  // One conversation, one session: the same in each step, and later on.
  const sessions = requests.map(({ headers }) => headers["x-session-affinity"]);
  match(sessions[0], /^conversation-[0-9a-f]{16}$/);
  equal(sessions[1], sessions[0]);
});

test("runTools: what the caller's objects become later has no effect", async ({ lib }) => {
  const messages = [{ role: "user", content: "a" }];
  const { ai, requests } = served(lib, [chat([["f", {}]]), words("b")]);
  const input = { messages, tools: { f: { execute: () => messages.push({ role: "user", content: "c" }) } } };
  const running = ai.runTools(GLM, input);
  messages[0].content = "z";
  const run = await running;
  equal(requests[0].body.messages[0].content, "a");
  equal(run.messages.length, 4);
  equal(messages.length, 2);
});

test("runTools: the model is told of what was wrong, and goes on", async ({ lib }) => {
  const { ai, requests } = served(lib, [
    chat([
      ["weather", { town: "Paris" }, "c1"],
      ["nobody", {}, "c2"],
      ["weather", "Paris", "c3"],
      ["broken", {}, "c4"],
      ["weather", '{"city":"Paris",}', "c5"],
    ]),
    words("Sorry."),
  ]);
  const calledWith = [];
  const run = await ai.runTools(GLM, {
    prompt: "?",
    tools: {
      weather: weather(calledWith),
      broken: {
        execute() {
          throw new RangeError("no such place");
        },
      },
    },
  });
  const reported = requests[1].body.messages.slice(2).map(({ content }) => content);
  match(reported[0], /^The arguments do not fit the tool's schema; the tool was not run\.\n.*city/);
  match(reported[1], /^There is no tool "nobody"\. There are: weather, broken\.$/);
  match(reported[2], /^The arguments are not valid JSON; .* They were: Paris$/);
  equal(reported[3], "The tool failed: no such place");
  equal(reported[4], '{"city":"Paris","degrees":21}');
  deepEqual(calledWith, ["Paris"]);
  // What stands in the history is JSON, or the next request would be refused.
  for (const { function: own } of requests[1].body.messages[1].tool_calls) JSON.parse(own.arguments);
  const [step] = run.steps;
  equal(step.toolCalls.filter(({ invalid }) => invalid !== undefined).length, 3);
  deepEqual(step.toolCalls[4].repaired, ["trailing-comma"]);
  ok(step.toolResults[3].error instanceof RangeError);
  equal(step.toolResults[0].error.message, reported[0]);
  equal(step.toolResults.length, 5);
});

test("runTools: a call that was cut off is not run", async ({ lib }) => {
  // Nothing is all that a call without parameters needs, but not where more of it may have been to come.
  for (const [written, finish_reason] of [
    ['{"city":"Pa', "length"],
    ["", "length"],
    ["", "content_filter"],
    ["", "pause_turn"],
  ]) {
    const { ai, requests } = served(lib, [
      chat([["weather", written, "c1"]], { finish_reason }),
      words("Sorry."),
    ]);
    const calledWith = [];
    await ai.runTools(GLM, { prompt: "?", tools: { weather: weather(calledWith) } });
    match(requests[1].body.messages.at(-1).content, /^The call was cut off/);
    deepEqual(calledWith, []);
  }
});

test("runTools: ids that repeat are told apart", async ({ lib }) => {
  const twice = chat([
    ["f", { a: 1 }, "functions.f:0"],
    ["f", { a: 2 }, "functions.f:0"],
  ]);
  for (const model of [GLM, FAMILIES.kimi, FAMILIES.mistral]) {
    const { ai, requests } = served(lib, [twice, twice, words("b")]);
    const run = await ai.runTools(model, {
      prompt: "?",
      tools: { f: { execute: ({ a }) => `result ${a}` } },
    });
    const ids = run.steps.flatMap(({ toolCalls }) => toolCalls.map(({ id }) => id));
    equal(new Set(ids).size, 4, model);
    const sent = requests[2].body.messages;
    const calls = sent.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id));
    deepEqual(
      sent.flatMap(({ tool_call_id }) => tool_call_id ?? []),
      calls,
      model,
    );
    equal(new Set(calls).size, 4, model);
  }
});

test("runTools: calls that are written as text, and tokens in names", async ({ lib }) => {
  for (const stream of [false, true]) {
    const answers = [
      words('<tool_call>\n{"name": "weather", "arguments": {"city": "Paris"}}\n</tool_call>'),
      words('{"name": "weather", "parameters": {"city": "Rome"}}'),
      chat([["weather<|channel|>commentary", { city: "Bern" }, "c1"]]),
      words('{"city": "none of these"}'),
    ];
    const { ai } = served(lib, stream ? answers.map(streamed) : answers);
    const calledWith = [];
    const started = await ai.runTools(GLM, { prompt: "?", tools: { weather: weather(calledWith) }, stream });
    const events = stream ? await collected(started) : [];
    const run = stream ? await started.final() : started;
    deepEqual(calledWith, ["Paris", "Rome", "Bern"]);
    equal(run.text, '{"city": "none of these"}');
    equal(run.steps[0].text, "");
    equal(run.steps[0].toolCalls[0].fromText, true);
    equal(run.steps[0].finishReason, "tool-calls");
    deepEqual(run.steps[2].toolCalls[0].repaired, ["control-token"]);
    if (stream) {
      const text = events.map((event) => (event.type === "text" ? event.text : "")).join("");
      equal(text, run.text, "a call is no text of the stream's");
    }
  }
  // Without tools, or with more around it, it is text.
  const { ai } = served(lib, [words('Call {"name":"weather","arguments":{"city":"Paris"}}')]);
  const run = await ai.runTools(GLM, { prompt: "?", tools: { weather: weather() } });
  equal(run.steps[0].toolCalls.length, 0);
});

test("runTools: tools run side by side, or one after the other, within the bound", async ({ lib }) => {
  const calls = Array.from({ length: 12 }, (_, index) => ["f", { index }, `c${index}`]);
  for (const [parallel, most] of [
    [undefined, 8],
    [true, 8],
    [false, 1],
    [3, 3],
  ]) {
    const { ai } = served(lib, [chat(calls), words("b")]);
    let running = 0;
    let peak = 0;
    const waiting = [];
    const run = await ai.runTools(GLM, {
      prompt: "?",
      parallel,
      tools: {
        f: {
          async execute({ index }) {
            running += 1;
            peak = Math.max(peak, running);
            // The last one of those that run goes first: results keep the order of the calls all the same.
            await new Promise((resolve) => {
              waiting.push(resolve);
              if (running < most && index < 12 - (12 % most || most)) return;
              for (const go of waiting.splice(0).reverse()) go();
            });
            running -= 1;
            return index;
          },
        },
      },
    });
    ok(peak <= most, `${peak} of ${most}`);
    deepEqual(
      run.messages.filter(({ role }) => role === "tool").map(({ content }) => Number(content)),
      calls.map((_, index) => index),
    );
  }
});

test("runTools: it ends by what was allowed", async ({ lib }) => {
  const always = Array.from({ length: 9 }, (_, index) => chat([["f", {}, `c${index}`]]));
  const tools = { f: { execute: () => "x" } };
  {
    const { ai, requests } = served(lib, always);
    const run = await ai.runTools(GLM, { prompt: "?", tools });
    equal(run.endedBy, "max-steps");
    equal(requests.length, 8);
    // Each call has its result, so that the conversation can be gone on with.
    equal(run.messages.at(-1).role, "tool");
  }
  {
    const { ai, requests } = served(lib, always);
    const seen = [];
    const run = await ai.runTools(GLM, {
      prompt: "?",
      tools,
      onStep: (step) => seen.push(step) === 2 && "stop",
    });
    equal(run.endedBy, "stopped");
    equal(requests.length, 2);
    equal(seen[1], run.steps[1]);
    equal(seen[0].index, 0);
  }
  {
    const { ai, requests } = served(lib, [
      chat([
        ["f", {}, "c1"],
        ["ask", { question: "?" }, "c2"],
      ]),
      words("b"),
    ]);
    const input = { prompt: "?", tools: { ...tools, ask: { description: "Asks the user" } } };
    const run = await ai.runTools(GLM, input);
    equal(run.endedBy, "pending");
    deepEqual(run.pending, [{ id: "c2", name: "ask", arguments: { question: "?" } }]);
    const messages = [...run.messages, lib.toolResult(run.pending[0], "yes")];
    const more = await ai.runTools(GLM, { ...input, prompt: undefined, messages });
    equal(more.text, "b");
    deepEqual(
      requests[1].body.messages.slice(2).map(({ tool_call_id, content }) => [tool_call_id, content]),
      [
        ["c1", "x"],
        ["c2", "yes"],
      ],
    );
  }
});

test("runTools: toolChoice forces the first step and no more", async ({ lib }) => {
  const tools = { f: { execute: () => "x" }, g: { execute: () => "y" } };
  for (const [model, toolChoice, sent] of [
    [LLAMA, "required", "required"],
    [LLAMA, { name: "g" }, { type: "function", function: { name: "g" } }],
    [GLM, "required", undefined],
    [GLM, { name: "g" }, { type: "function", function: { name: "g" } }],
    [LLAMA, "auto", undefined],
  ]) {
    const { ai, requests } = served(lib, [chat([["g", {}]]), words("b")]);
    const run = await ai.runTools(model, { prompt: "?", tools, toolChoice });
    deepEqual(requests[0].body.tool_choice, sent);
    equal(requests[1].body.tool_choice, undefined);
    if (toolChoice === "auto") equal(run.steps[0].toolChoice, undefined);
    else equal(run.steps[0].toolChoice.followed, true);
    equal(run.steps[1].toolChoice, undefined);
  }
  // The only tool is named where "required" is refused.
  const { ai, requests } = served(lib, [words("I would rather not.")]);
  const run = await ai.runTools(GLM, { prompt: "?", tools: { f: tools.f }, toolChoice: "required" });
  deepEqual(requests[0].body.tool_choice, { type: "function", function: { name: "f" } });
  deepEqual(run.steps[0].toolChoice, { requested: "required", sent: "f", followed: false });
  {
    const { ai, requests } = served(lib, [words("b")]);
    await ai.runTools(GLM, { prompt: "?", tools, toolChoice: "none" });
    equal(requests[0].body.tools, undefined);
  }
});

test("runTools: calls are run when they are approved", async ({ lib }) => {
  const calls = chat([
    ["f", { a: 1 }, "c1"],
    ["f", { a: 2 }, "c2"],
    ["f", { a: 3 }, "c3"],
    ["g", {}, "c4"],
  ]);
  const ran = [];
  const calledWith = [];
  const tools = {
    f: { execute: ({ a }) => ran.push(a) },
    g: { approve: false, execute: () => ran.push("g") },
  };
  const { ai, requests } = served(lib, [calls, words("b")]);
  const approve = async (call) => {
    calledWith.push(call);
    return [true, false, "too dear"][call.arguments.a - 1];
  };
  await ai.runTools(GLM, { prompt: "?", tools, approve });
  deepEqual(ran, [1, "g"]);
  deepEqual(calledWith[0], { id: "c1", name: "f", arguments: { a: 1 } });
  equal(calledWith.length, 3);
  const reported = requests[1].body.messages.slice(2).map(({ content }) => content);
  match(reported[1], /^The call was not approved/);
  match(reported[2], /The reason: too dear$/);
  // Whoever forgets to decide has not approved.
  ran.length = 0;
  for (const silent of [() => undefined, () => Promise.reject(new Error("closed"))]) {
    const failed = await fails(
      served(lib, [calls]).ai.runTools(GLM, { prompt: "?", tools, approve: silent }),
      "INVALID_INPUT",
    );
    equal(failed.field, "approve");
    equal(failed.partial.messages.length, 6);
  }
  deepEqual(ran, []);
  const wants = { f: { needsApproval: true, execute: () => ran.push("x") } };
  const refused = await fails(ai.runTools(GLM, { prompt: "?", tools: wants }), "INVALID_INPUT");
  equal(refused.field, "approve");
});

test("runTools: an abort ends it at once, wherever it comes", async ({ lib }) => {
  const calls = chat([
    ["f", { a: 1 }, "c1"],
    ["f", { a: 2 }, "c2"],
    ["f", { a: 3 }, "c3"],
  ]);
  for (const stream of [false, true]) {
    const controller = new AbortController();
    const seen = [];
    const { ai, requests } = served(lib, [stream ? streamed(calls) : calls]);
    const execute = ({ a }, { signal }) => {
      seen.push(a);
      if (a === 1) return "done";
      controller.abort("enough");
      ok(signal.aborted);
      // It never ends: nobody waits for it.
      return new Promise(() => {});
    };
    const running = ai.runTools(
      GLM,
      { prompt: "?", tools: { f: { execute } }, parallel: false, stream },
      { signal: controller.signal },
    );
    const error = await fails(stream ? (await running).final() : running, "ABORTED");
    equal(error.cause, "enough");
    deepEqual(seen, [1, 2]);
    equal(requests.length, 1);
    const reported = error.partial.messages.slice(2).map(({ content }) => content);
    equal(reported[0], "done");
    match(reported[1], /^The run ended before/);
    match(reported[2], /^The run ended before/);
    equal(error.partial.steps.length, 1);
    equal(error.partial.usage.totalTokens, 15);
    // Nothing of it shows where an error is printed.
    equal(JSON.stringify(error).includes("done"), false);
  }
  const before = AbortSignal.abort("early");
  const { ai, requests } = served(lib, []);
  await fails(ai.runTools(GLM, { prompt: "?", tools: {} }, { signal: before }), "ABORTED");
  equal(requests.length, 0);
});

test("runTools: a limit of time is one for the whole run", async ({ lib }) => {
  const { ai } = served(lib, [chat([["f", {}]])]);
  const tools = {
    f: { execute: (_, { signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve)) },
  };
  const error = await fails(ai.runTools(GLM, { prompt: "?", tools }, { timeout: 50 }), "TIMEOUT");
  match(error.message, /within 50 ms/);
  equal(error.partial.steps.length, 1);
});

test("runTools: a failure of a request keeps what was done before", async ({ lib }) => {
  const busy = () =>
    jsonResponse(
      { success: false, errors: [{ code: 3040, message: "Capacity temporarily exceeded" }] },
      { status: 429 },
    );
  const { ai } = served(lib, [chat([["f", {}]]), busy]);
  const error = await fails(
    ai.runTools(GLM, { prompt: "?", tools: { f: { execute: () => "x" } } }),
    "CAPACITY",
  );
  equal(error.partial.steps.length, 1);
  deepEqual(outline(error.partial.messages), [
    ["user", 0],
    ["assistant", 1],
    ["tool", "result"],
  ]);
});

test("runTools: a conversation that is too long loses its oldest turns, if that is wanted", async ({
  lib,
}) => {
  const tooLong = () =>
    jsonResponse(
      {
        success: false,
        errors: [
          { code: 5021, message: "The estimated number of tokens exceeded this model context window limit" },
        ],
      },
      { status: 413 },
    );
  const turns = ["a", "b", "c"].flatMap((content) => [
    { role: "user", content },
    { role: "assistant", content: "x".repeat(300) },
  ]);
  const messages = [{ role: "system", content: "s" }, ...turns, { role: "user", content: "now" }];
  const tools = { f: { execute: () => "x" } };
  {
    const { ai } = served(lib, [tooLong]);
    await fails(ai.runTools(GLM, { messages, tools }), "CONTEXT_EXCEEDED");
  }
  const { ai, requests } = served(lib, [tooLong, tooLong, words("b")]);
  const run = await ai.runTools(GLM, { messages, tools, onOverflow: "trim" });
  deepEqual(
    requests.map(({ body }) => body.messages.map(({ content }) => content[0])),
    [
      ["s", "a", "x", "b", "x", "c", "x", "n"],
      ["s", "b", "x", "c", "x", "n"],
      ["s", "c", "x", "n"],
    ],
  );
  deepEqual(run.dropped, messages.slice(1, 5));
  equal(run.messages.length, 5);
  equal(run.steps.length, 1);
});

test("runTools: the stream of a run", async ({ lib }) => {
  const { ai } = served(lib, [
    streamed(chat([["f", { a: 1 }, "c1"]], { content: "Let me see." })),
    streamed(words("It is so.")),
  ]);
  const stream = await ai.runTools(GLM, {
    prompt: "?",
    tools: { f: { execute: () => ({ b: 2 }) } },
    stream: true,
  });
  const events = await collected(stream);
  const types = events.map(({ type }) => type);
  deepEqual(
    types.filter((type, index) => type !== types[index - 1]),
    [
      "text",
      "tool-call-delta",
      "tool-call",
      "tool-result",
      "step-finish",
      "text",
      "step-finish",
      "usage",
      "finish",
    ],
  );
  const event = (type) => events.find((own) => own.type === type);
  deepEqual([event("tool-call").id, event("tool-call").arguments], ["c1", { a: 1 }]);
  deepEqual([event("tool-result").output, event("tool-result").name], [{ b: 2 }, "f"]);
  equal(event("step-finish").step.index, 0);
  equal(event("usage").usage.totalTokens, 30);
  equal(event("finish").finishReason, "stop");
  const run = await stream.final();
  equal(run.text, "It is so.");
  equal(run.steps[0].text, "Let me see.");
  await fails(() => collected(stream), "STREAM_CONSUMED");
  {
    const { ai } = served(lib, [streamed(chat([["f", {}]])), streamed(words("It is so."))]);
    const stream = await ai.runTools(GLM, {
      prompt: "?",
      tools: { f: { execute: () => "x" } },
      stream: true,
    });
    let text = "";
    for await (const piece of stream.textStream) text += piece;
    equal(text, "It is so.");
  }
  {
    const { ai } = served(lib, [streamed(chat([["f", {}]])), streamed(words("It is so."))]);
    const stream = await ai.runTools(GLM, {
      prompt: "?",
      tools: { f: { execute: () => "x" } },
      stream: true,
    });
    const types = [];
    for await (const { data } of lib.events(stream.toResponse()))
      types.push(data === "[DONE]" ? data : JSON.parse(data).type);
    deepEqual(types.slice(-3), ["usage", "finish", "[DONE]"]);
  }
});

test("runTools: what a handler throws may be a Proxy that was revoked", async ({ lib }) => {
  const execute = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    throw proxy;
  };
  const answers = () => [streamed(chat([["f", {}]])), streamed(words("It is so."))];
  const input = { prompt: "?", tools: { f: { execute } } };
  const stream = await served(lib, answers()).ai.runTools(GLM, { ...input, stream: true });
  const types = [];
  for await (const { data } of lib.events(stream.toResponse()))
    types.push(data === "[DONE]" ? data : JSON.parse(data).type);
  deepEqual(types.slice(-3), ["usage", "finish", "[DONE]"]);
  const { steps } = await (await served(lib, answers()).ai.runTools(GLM, { ...input, stream: true })).final();
  match(steps[0].toolResults[0].content, /The tool failed/);
  for (const name of ["onStep", "approve"]) {
    const run = served(lib, answers()).ai.runTools(GLM, { ...input, stream: true, [name]: execute });
    const error = await fails(async () => (await run).final(), "INVALID_INPUT");
    equal(error.field, name);
  }
});

test("runTools: whoever leaves the stream ends the run", async ({ lib }) => {
  const { ai, requests } = served(lib, [streamed(words("one two three four five"))]);
  const stream = await ai.runTools(GLM, { prompt: "?", tools: {}, stream: true });
  for await (const event of stream) {
    ok(event.type === "text");
    break;
  }
  await fails(stream.final(), "ABORTED");
  equal(requests[0].signal?.aborted ?? true, true);
  const refused = served(lib, [
    () => jsonResponse({ errors: [{ code: 5007, message: "No such model" }] }, { status: 400 }),
  ]);
  await fails(refused.ai.runTools(GLM, { prompt: "?", tools: {}, stream: true }), "MODEL_NOT_FOUND");
});

test("runTools: what is wrong with the input is said before any request", async ({ lib }) => {
  const { ai, requests } = served(lib, []);
  const f = { execute: () => "x" };
  for (const [input, field] of [
    ["hi", "input"],
    [{ tools: { f } }, "prompt"],
    [{ prompt: "a", messages: [{ role: "user", content: "a" }], tools: { f } }, "prompt"],
    [{ messages: [], tools: { f } }, "messages"],
    [{ prompt: "a" }, "tools"],
    [{ prompt: "a", tools: [f] }, "tools"],
    [{ prompt: "a", tools: { f: 5 } }, "tools.f"],
    [{ prompt: "a", tools: { f: { execute: 5 } } }, "tools.f"],
    [{ prompt: "a", tools: { f: { handler: () => 1 } } }, "tools.f"],
    [{ prompt: "a", tools: { f: { ...f, input: "city" } } }, "tools.f.input"],
    [{ prompt: "a", tools: { f: { ...f, input: { type: "string" } } } }, "tools.f.input"],
    [{ prompt: "a", tools: { f }, maxSteps: 0 }, "maxSteps"],
    [{ prompt: "a", tools: { f }, maxTurns: 3 }, "maxTurns"],
    [{ prompt: "a", tools: { f }, tool_choice: "auto" }, "tool_choice"],
    [{ prompt: "a", tools: { f }, toolChoice: "f" }, "toolChoice"],
    [{ prompt: "a", tools: { f }, toolChoice: { name: "g" } }, "toolChoice"],
    [{ prompt: "a", tools: { f }, parallel: "yes" }, "parallel"],
    [{ prompt: "a", tools: { f }, onOverflow: "cut" }, "onOverflow"],
    [{ prompt: "a", tools: { f }, onStep: 5 }, "onStep"],
    [{ prompt: "a", tools: { f }, maxTokens: 5 }, "maxTokens"],
    [{ prompt: "a", tools: { f }, temperature: 99 }, "temperature"],
  ]) {
    const error = await fails(ai.runTools(GLM, input), "INVALID_INPUT");
    equal(error.field, field, JSON.stringify(input));
  }
  equal(requests.length, 0);
});

test("runTools: ten thousand calls, endless arguments and odd results end within bounds", async ({ lib }) => {
  const many = chat(Array.from({ length: 2_000 }, (_, index) => ["f", {}, `c${index}`]));
  await fails(
    served(lib, [many]).ai.runTools(GLM, { prompt: "?", tools: { f: { execute: () => "x" } } }),
    "MALFORMED_RESPONSE",
  );
  const cycle = {};
  cycle.own = cycle;
  for (const [result, reported] of [
    [cycle, /^The tool failed: .*no form in JSON/],
    [() => {}, /^The tool failed: .*no result for a model/],
    [10n, /^The tool failed/],
    [undefined, /^null$/],
    [0, /^0$/],
    ["", /^$/],
  ]) {
    const { ai, requests } = served(lib, [
      chat([["f", { __proto__: null, a: "x".repeat(1_000_000) }]]),
      words("b"),
    ]);
    await ai.runTools(GLM, { prompt: "?", tools: { f: { execute: () => result } } });
    match(requests[1].body.messages.at(-1).content, reported);
  }
  const proto = served(lib, [chat([["f", '{"__proto__":{"polluted":true},"a":1}']]), words("b")]);
  await proto.ai.runTools(GLM, { prompt: "?", tools: { f: { execute: (args) => String(args.polluted) } } });
  equal({}.polluted, undefined);
});

test("runTools: another model answers a request, and no tool is run again", async ({ lib }) => {
  const busy = () =>
    jsonResponse({ success: false, errors: [{ code: 3040, message: "Capacity exceeded" }] }, { status: 429 });
  const { ai, requests } = served(lib, [busy, chat([["f", {}]]), words("b")]);
  let ran = 0;
  const tools = { f: { execute: () => ++ran } };
  const run = await ai.runTools(GLM, { prompt: "?", tools }, { fallback: [LLAMA] });
  equal(run.text, "b");
  equal(ran, 1);
  deepEqual(
    requests.map(({ url }) => decodeURIComponent(url).split("/run/")[1]),
    [GLM, LLAMA, GLM],
  );
});

test("runTools: what a third party's model wants to have back goes back", async ({ lib }) => {
  const extra_content = { google: { thought_signature: "abc" } };
  const signed = chat([
    ["f", {}, "c1"],
    ["f", {}, "c2"],
  ]);
  Object.assign(signed.choices[0].message.tool_calls[0], { extra_content });
  for (const stream of [false, true]) {
    const answers = [signed, words("b")];
    const { ai, requests } = served(lib, stream ? answers.map(streamed) : answers);
    const started = await ai.runTools(GLM, { prompt: "?", tools: { f: { execute: () => "x" } }, stream });
    if (stream) await started.final();
    const [first, second] = requests[1].body.messages[1].tool_calls;
    deepEqual([first.extra_content, second.extra_content], [extra_content, undefined]);
  }
});

test("trimMessages: whole turns go, by an estimate that says that it is one", async ({ lib }) => {
  const turn = (content) => [lib.user(content), { role: "assistant", content }];
  const messages = [lib.system("s"), ...turn("a".repeat(3_000)), ...turn("b".repeat(3_000)), lib.user("now")];
  const all = await lib.trimMessages(messages, LLAMA);
  deepEqual([all.messages, all.dropped, all.fits], [messages, [], true]);
  const { limit, estimatedTokens, ...some } = await lib.trimMessages(messages, LLAMA, {
    contextWindow: 3_000,
    reserve: 500,
  });
  deepEqual(some, {
    messages: [messages[0], ...messages.slice(3)],
    dropped: messages.slice(1, 3),
    fits: true,
  });
  ok(limit === 2_500 && estimatedTokens <= limit && estimatedTokens > 1_900);
  const last = await lib.trimMessages(messages, "@cf/nobody/new", { contextWindow: 0 });
  deepEqual([last.messages, last.fits], [[messages[0], messages[5]], false]);
  for (const [args, field] of [
    [["a", LLAMA], "messages"],
    [[[...messages, null], LLAMA], "messages.6"],
    [[["hi"], LLAMA], "messages.0"],
    [[messages, LLAMA, 5], "options"],
    [[messages, 5], "model"],
    [[messages, "@cf/nobody/new"], "contextWindow"],
    [[messages, LLAMA, { reserve: -1 }], "reserve"],
  ]) {
    equal((await fails(lib.trimMessages(...args), "INVALID_INPUT")).field, field);
  }
});

test("messages written shortly", ({ lib }) => {
  const { user, system, toolResult } = lib;
  deepEqual(system("Be kind."), { role: "system", content: "Be kind." });
  deepEqual(user("Hi"), { role: "user", content: "Hi" });
  const bytes = new Uint8Array([1, 2, 3]);
  const png = new Blob([bytes], { type: "image/png" });
  const mp3 = new Blob([bytes], { type: "audio/mpeg" });
  const pdf = new File([bytes], "a.pdf", { type: "application/pdf" });
  const made = { bytes, mediaType: "image/jpeg" };
  const message = user("What is it?", bytes, png, mp3, pdf, made, { type: "text", text: "?" });
  deepEqual(
    message.content.map(({ type }) => type),
    ["text", "image_url", "image_url", "input_audio", "file", "image_url", "text"],
  );
  equal(message.content[1].image_url.url, bytes);
  equal(message.content[3].input_audio.format, "mp3");
  deepEqual(message.content[4].file, { file_data: pdf, filename: "a.pdf" });
  equal(message.content[5].image_url.url.type, "image/jpeg");
  const call = { id: "c1", name: "f", arguments: {} };
  deepEqual(toolResult(call, { a: 1 }), { role: "tool", tool_call_id: "c1", name: "f", content: '{"a":1}' });
  deepEqual(toolResult("c1", "x"), { role: "tool", tool_call_id: "c1", content: "x" });
  equal(toolResult(call, undefined).content, "null");
});

test("the model's turn goes into the history as it is", async ({ lib }) => {
  const { ai } = served(lib, [chat([["f", { a: 1 }, "c1"]], { content: "So." }), words("Hi")]);
  const called = await ai.generateText(GLM, "?");
  deepEqual(called.message, {
    role: "assistant",
    content: "So.",
    tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: '{"a":1}' } }],
  });
  deepEqual((await ai.generateText(GLM, "?")).message, { role: "assistant", content: "Hi" });
});
