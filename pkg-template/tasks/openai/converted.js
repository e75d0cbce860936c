// An `AIStream` of objects that were made here.

import { AIStream } from "../../core.js";

const encoder = new TextEncoder();

/**
 * @param {object} call
 * @param {object} reply
 * @param {AsyncGenerator<object>} items
 */
export function converted(call, reply, items) {
  const { guard } = call;
  const write = (text) => encoder.encode(`data: ${text}\n\n`);
  let over = false;
  const body = new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await items.next();
        if (over) return;
        if (!done) return controller.enqueue(write(JSON.stringify(value)));
        controller.enqueue(write("[DONE]"));
        controller.close();
      },
      async cancel() {
        over = true;
        await items.return();
      },
    },
    { highWaterMark: 0 },
  );
  const source = call.source(reply, { body, json: null, chunks: true, idleMs: 0 });
  return new AIStream({ ...source, guard: outer(guard) });
}

/** The guard of who reads what was made: what has failed has failed in the reading of the reply, with an error of its own. */
function outer(guard) {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    get firstByteAt() {
      return guard.firstByteAt;
    },
    firstByte() {},
    expire: (kind) => guard.expire(kind),
    broken: (cause) => (cause?.name === "WorkersAIError" ? cause : guard.broken(cause)),
    trouble: (trouble, told, limit) => guard.trouble(trouble, told, limit),
    abort: (reason) => guard.abort(reason),
    release: () => guard.release(),
  };
}
