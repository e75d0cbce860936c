import { linkedController } from "./abort.js";

/**
 * Turns an async iterable of bytes into a pull-based stream: nothing is produced before it is pulled, cancelling or
 * aborting ends the producer, and a failure of the producer becomes the stream's error.
 *
 * @param {(signal: AbortSignal) => AsyncIterable<Uint8Array>} produce
 * @param {{ signal?: AbortSignal, onEnd?: (outcome: "complete" | "cancelled" | "error") => void }} [options]
 */
export function readableFrom(produce, { signal, onEnd = () => {} } = {}) {
  const controller = linkedController(signal);
  const iterator = produce(controller.signal)[Symbol.asyncIterator]();
  let ended = false;
  let onAbort;

  const end = (outcome) => {
    if (ended) return;
    ended = true;
    controller.signal.removeEventListener("abort", onAbort);
    controller.unlink();
    onEnd(outcome);
  };
  // A producer that waits for something would hold `return()` back, so the signal is aborted as well.
  const stop = (reason) => {
    controller.abort(reason);
    iterator.return?.().catch(() => {});
  };

  return new ReadableStream(
    {
      start(stream) {
        onAbort = () => {
          if (ended) return;
          end("cancelled");
          stream.error(controller.signal.reason);
          stop(controller.signal.reason);
        };
        if (controller.signal.aborted) onAbort();
        else controller.signal.addEventListener("abort", onAbort);
      },
      async pull(stream) {
        try {
          const { done, value } = await iterator.next();
          if (ended) return;
          if (!done) return stream.enqueue(value);
          end("complete");
          stream.close();
        } catch (error) {
          if (ended) return;
          end("error");
          stream.error(error);
        }
      },
      cancel(reason) {
        end("cancelled");
        stop(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Reads a stream as an async iterable of its chunks, on runtimes where streams aren't iterable too. */
export async function* chunksOf(body) {
  const reader = body.getReader();
  let finished = false;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) {
        finished = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!finished) await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}
