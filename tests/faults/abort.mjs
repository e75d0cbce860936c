/** The caller gives up, at each point of a call: never a quiet end, and the service hears of it. */
import { CALLS, PROMPT, STREAMED, WHOLE } from "./calls.mjs";
import { DIALECTS } from "./routes.mjs";

const why = () => new Error("enough");

export function* abortions(door) {
  for (const call of [...WHOLE, ...STREAMED]) {
    const { hasPartial } = CALLS[call];
    yield before(call);
    yield atHook("before the headers", call, "hang", "onRequest", { attempts: 1, partial: null });
    if (!door.parsed) {
      const partial = hasPartial ? "" : undefined;
      yield atHook("before the first byte", call, "stall=0", "onResponse", { attempts: 1, partial });
      const { at, partial: some } = hasPartial ? { at: 26, partial: true } : { at: 12 };
      yield atHook("in the middle", call, `stall=${at}`, "onResponse", { attempts: 1, partial: some });
    }
    yield duringBackOff(call);
  }
  for (const how of ["signal", "stream.abort"]) {
    for (const [call, open] of Object.entries(READERS)) yield whileReading(how, call, open);
  }
  yield* leaving();
  if (!door.parsed) yield* bytes();
  if (door.enveloped) yield upload();
}

function before(call) {
  const reason = why();
  return {
    name: "before the call",
    call,
    fault: "",
    options: { signal: AbortSignal.abort(reason) },
    expect: { code: "ABORTED", attempts: undefined, cause: reason, partial: null },
  };
}

/** The hook is called, and a little later the caller gives up. */
function atHook(name, call, fault, hook, expect) {
  const caller = new AbortController();
  const reason = why();
  return {
    name,
    call,
    fault,
    options: { signal: caller.signal },
    hooks: { [hook]: () => setTimeout(() => caller.abort(reason), 15) },
    // What is given up early may never be seen at the service.
    cancels: hook === "onResponse",
    unseen: hook === "onRequest",
    expect: { code: "ABORTED", cause: reason, ...expect },
  };
}

function duringBackOff(call) {
  const caller = new AbortController();
  const reason = why();
  return {
    name: "while it waits to ask again",
    call,
    fault: "server, retry-after=50",
    options: { signal: caller.signal },
    hooks: { onRetry: () => setTimeout(() => caller.abort(reason), 0) },
    expect: { code: "ABORTED", cause: reason, attempts: 1, partial: null },
  };
}

const READERS = {
  events: (stream) => stream[Symbol.asyncIterator](),
  strings: (stream) => stream.textStream[Symbol.asyncIterator](),
  batches: (stream) => stream.batches(),
};

/** The first piece has been read, and the reader waits for the next. */
function whileReading(how, call, open) {
  const caller = new AbortController();
  const reason = why();
  return {
    name: `${how} while it is read`,
    call,
    fault: "stall=26",
    options: { signal: caller.signal },
    cancels: true,
    expect: { code: "ABORTED", cause: reason, attempts: 1, partial: "Hel" },
    async ask(ai, model, options) {
      const stream = await ai.streamText(model, PROMPT, options);
      const reader = open(stream);
      await reader.next();
      const next = reader.next();
      if (how === "signal") caller.abort(reason);
      else stream.abort(reason);
      return next;
    },
  };
}

/** Leaving is no failure: the loop just ends, and the service hears of it. */
function* leaving() {
  const leave = (name, ask) => ({
    name,
    call: "streamText",
    fault: "stall=26",
    cancels: true,
    expect: { text: "left" },
    ask,
  });
  yield leave("break out of the loop", async (ai, model, options) => {
    for await (const _event of await ai.streamText(model, PROMPT, options)) break;
    return "left";
  });
  yield leave("break out of the loop over chunks", async (ai, model, options) => {
    for await (const _chunk of await ai.run(model, { prompt: PROMPT, stream: true }, options)) break;
    return "left";
  });
  yield leave("throw out of the loop", async (ai, model, options) => {
    try {
      for await (const _event of await ai.streamText(model, PROMPT, options)) throw new Error("own");
    } catch (error) {
      return error.message === "own" ? "left" : String(error);
    }
  });
  yield leave("both halves of a tee", async (ai, model, options) => {
    const halves = (await ai.streamText(model, PROMPT, options)).tee();
    await Promise.all(
      halves.map(async (half) => {
        for await (const _event of half) break;
      }),
    );
    return "left";
  });
  yield leave("abort of a stream that nobody reads", async (ai, model, options) => {
    (await ai.streamText(model, PROMPT, options)).abort();
    return "left";
  });
  yield leave("dispose of a stream that nobody reads", async (ai, model, options) => {
    const stream = await ai.streamText(model, PROMPT, options);
    await stream[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]();
    return "left";
  });
  yield leave("cancel of its bytes", async (ai, model, options) => {
    const reader = (await ai.streamText(model, PROMPT, options)).toReadableStream().getReader();
    await reader.read();
    await reader.cancel();
    return "left";
  });
}

/** A stream's own bytes, and a raw response. */
function* bytes() {
  const caller = new AbortController();
  const reason = why();
  yield {
    name: "while its bytes are read",
    call: "toReadableStream",
    fault: "stall=26",
    options: { signal: caller.signal },
    cancels: true,
    expect: { code: "ABORTED", cause: reason, attempts: 1 },
    async ask(ai, model, options) {
      const reader = (await ai.streamText(model, PROMPT, options)).toReadableStream().getReader();
      await reader.read();
      const next = reader.read();
      caller.abort(reason);
      return next;
    },
  };
}

/** The body of the request is still on its way. */
function upload() {
  const caller = new AbortController();
  const reason = why();
  return {
    name: "while the request is sent",
    call: "run",
    model: DIALECTS.legacy.model,
    fault: "",
    options: { signal: caller.signal },
    // The service has not begun to answer.
    unseen: true,
    expect: { code: "ABORTED", cause: reason },
    ask(ai, model, options) {
      let sent = 0;
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(10));
          if (++sent === 3) {
            setTimeout(() => caller.abort(reason), 5);
            return new Promise(() => {});
          }
        },
      });
      return ai.run(model, body, options);
    },
  };
}
