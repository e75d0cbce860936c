/** One client, many calls at a time, as in the isolate of a Worker: nothing of one shows in another, whatever becomes of it. */
import { deepEqual, equal, ok } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, restClient } from "./stubs.mjs";

const encoder = new TextEncoder();
const CALLS = 60;
const never = () => new Promise(() => {});

/** Lets the others go first, a different number of times for each. */
async function yields(turns) {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

const idOf = (call, attempt) => `request-${call}-${attempt}`;
const headersOf = (call, attempt) => ({
  "cf-ai-req-id": idOf(call, attempt),
  "cf-ai-neurons": `${call}.5`,
  "cf-aig-log-id": `log-${call}`,
});

function failing(call, attempt, code, status, message) {
  const headers = { ...headersOf(call, attempt), "retry-after-ms": "1" };
  return jsonResponse({ success: false, errors: [{ code, message }] }, { status, headers });
}

/** Words one by one, so that every chunk changes over from another stream; it may break off. */
function streaming(call, attempt, { breaks = false, open = false } = {}) {
  let word = 0;
  const body = new ReadableStream(
    {
      async pull(controller) {
        await yields(call % 5);
        if (word < 4) controller.enqueue(encoder.encode(`data: {"response":"${call}.${word++} "}\n\n`));
        else if (open) await never();
        else if (breaks) controller.close();
        else {
          const usage = { prompt_tokens: call, completion_tokens: 4, total_tokens: call + 4 };
          controller.enqueue(encoder.encode(`data: {"response":"","usage":${JSON.stringify(usage)}}\n\n`));
          controller.enqueue(encoder.encode("data: [DONE]\n\n"));
          controller.close();
        }
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: { "content-type": "text/event-stream", ...headersOf(call, attempt) },
  });
}

const textOf = (call) => Array.from({ length: 4 }, (_, word) => `${call}.${word} `).join("");
const whole = (call, attempt, enveloped) => {
  const result = { response: textOf(call), usage: { prompt_tokens: call } };
  return jsonResponse(enveloped ? { success: true, result } : result, { headers: headersOf(call, attempt) });
};

/** What may become of a call: what the service does, and what the caller is to see. */
const FATES = {
  whole: { answer: whole, sees: { text: true, attempts: 1 } },
  streamed: {
    streams: true,
    answer: (call, attempt) => streaming(call, attempt),
    sees: { text: true, attempts: 1 },
  },
  "asked again": {
    answer: (call, attempt, enveloped) =>
      attempt < 3 ? failing(call, attempt, 3040, 429, "busy") : whole(call, attempt, enveloped),
    sees: { text: true, attempts: 3 },
  },
  refused: {
    answer: (call, attempt) => failing(call, attempt, 5006, 400, `no good: ${call}`),
    sees: { code: "INVALID_INPUT", attempts: 1, message: (call) => `no good: ${call}` },
  },
  "given up": {
    answer: (call, attempt) => failing(call, attempt, 1101, 500, `broken: ${call}`),
    sees: { code: "SERVER", attempts: 3, message: (call) => `broken: ${call}` },
  },
  "cut off": {
    streams: true,
    answer: (call, attempt) => streaming(call, attempt, { breaks: true }),
    sees: { code: "TRUNCATED", partial: true, attempts: 1 },
  },
  aborted: {
    streams: true,
    aborts: true,
    answer: (call, attempt) => streaming(call, attempt, { open: true }),
    sees: { code: "ABORTED", partial: true, attempts: 1 },
  },
};
const NAMES = Object.keys(FATES);
const fateOf = (call) => FATES[NAMES[call % NAMES.length]];

/** A service that knows a call by its prompt. */
function service(door) {
  const attempts = new Map();
  return async (inputs) => {
    const call = Number(inputs.prompt.slice(5));
    const attempt = (attempts.get(call) ?? 0) + 1;
    attempts.set(call, attempt);
    await yields((call * 7) % 11);
    return fateOf(call).answer(call, attempt, door === "rest");
  };
}

const CLIENTS = {
  rest: (lib, answer, options) =>
    restClient(lib, { fetch: async (_url, init) => answer(JSON.parse(init.body)), ...options }),
  binding: (lib, answer, options) =>
    new lib.WorkersAI({ binding: { run: async (_model, inputs) => answer(inputs) }, ...options }),
};

async function outcomeOf(ai, call) {
  const { streams, aborts } = fateOf(call);
  const caller = new AbortController();
  const model = call % 2 === 0 ? MODELS.legacy : `@cf/nobody/${call}`;
  const options = { signal: caller.signal, tags: [`call:${call}`] };
  const input = { prompt: `call ${call}` };
  let text = "";
  try {
    if (!streams) return { model, result: await ai.generateText(model, input, options) };
    const stream = await ai.streamText(model, input, options);
    for await (const event of stream) {
      if (event.type !== "text") continue;
      text += event.text;
      if (aborts && text === textOf(call)) caller.abort(`enough of ${call}`);
    }
    return { model, result: await stream.final() };
  } catch (error) {
    return { model, error };
  }
}

for (const [door, clientOf] of Object.entries(CLIENTS)) {
  test(`calls at the same time never cross, whatever becomes of each [${door}]`, async ({ lib }) => {
    const reported = { onRequest: [], onResponse: [], onRetry: [] };
    const hooks = Object.fromEntries(
      Object.entries(reported).map(([name, list]) => [name, (info) => list.push(info)]),
    );
    const ai = clientOf(lib, service(door), { hooks });
    const calls = Array.from({ length: CALLS }, (_, call) => call);
    const outcomes = await Promise.all(calls.map((call) => outcomeOf(ai, call)));
    for (const [call, { model, result, error }] of outcomes.entries()) {
      const { sees } = fateOf(call);
      const about = `call ${call}`;
      if (sees.text) {
        ok(error === undefined, `${about}: ${error}`);
        equal(result.text, textOf(call), about);
        equal(result.usage.promptTokens, call, about);
        const { requestId, neurons, gatewayLogId, attempts } = result.meta;
        deepEqual(
          { model: result.meta.model, requestId, neurons, gatewayLogId, attempts },
          {
            model,
            requestId: idOf(call, sees.attempts),
            neurons: call + 0.5,
            gatewayLogId: `log-${call}`,
            attempts: sees.attempts,
          },
          about,
        );
      } else {
        ok(error !== undefined, about);
        equal(error.code, sees.code, about);
        equal(error.attempts, sees.attempts, about);
        equal(error.requestId, idOf(call, sees.attempts), about);
        if (sees.message) ok(error.message.includes(sees.message(call)), `${about}: ${error.message}`);
        if (sees.partial) equal(error.partial.text, textOf(call), about);
        if (sees.code === "ABORTED") equal(error.cause, `enough of ${call}`, about);
      }
    }
    const attempts = (call) => fateOf(call).sees.attempts;
    const all = calls.flatMap((call) =>
      Array.from({ length: attempts(call) }, (_, at) => idOf(call, at + 1)),
    );
    deepEqual(reported.onResponse.map(({ requestId }) => requestId).sort(), all.sort());
    equal(reported.onRequest.length, all.length);
    equal(reported.onRetry.length, all.length - CALLS);
    for (const { requestId, attempt, code } of reported.onRetry) {
      const [, call, number] = requestId.split("-").map(Number);
      equal(attempt, number, requestId);
      equal(code, fateOf(call).sees.code ?? "CAPACITY", requestId);
    }
  });

  test(`what went wrong in one call has no effect on the next [${door}]`, async ({ lib }) => {
    const ai = clientOf(lib, service(door));
    const good = NAMES.indexOf("streamed");
    for (let call = 0; call < NAMES.length; call++) {
      await outcomeOf(ai, call);
      const next = good + NAMES.length * (call + 1);
      const { result } = await outcomeOf(ai, next);
      deepEqual([result.text, result.meta.attempts], [textOf(next), 1]);
      equal(result.meta.requestId, idOf(next, 1));
    }
  });
}
