// A reply's bytes on their way to the caller, under the limits of their call.

import { Lifeline } from "../stream/lifeline.js";
import { cancel } from "./promises.js";
import { isBytes } from "./values.js";

/**
 * @param {{ body: ReadableStream<Uint8Array>, reader?: object, first?: Uint8Array[], guard: object, idleMs: number }} source
 *   `reader` of the body, where the chunks in `first` have been read already;
 *   `guard` belongs to this stream from now on; `idleMs` of 0 means that a read may take any time.
 * @returns {ReadableStream<Uint8Array>}
 */
export function byteStream({ body, reader = body.getReader(), first = [], guard: own, idleMs }) {
  // The core's own does not outlive its instance.
  const guard = "free" in own ? new Lifeline(own) : own;
  const { signal } = guard;
  let controller;
  let idle;

  const end = () => {
    clearTimeout(idle);
    signal.removeEventListener("abort", abort);
    guard.release();
  };
  // The reason is a WorkersAIError, whoever has aborted.
  const abort = () => {
    end();
    controller.error(signal.reason);
    cancel(reader, signal.reason); // It is broken either way, and the stream already says why.
  };

  return new ReadableStream(
    {
      start(own) {
        controller = own;
        for (const chunk of first) own.enqueue(chunk);
        if (signal.aborted) abort();
        else signal.addEventListener("abort", abort);
      },
      async pull() {
        if (idleMs > 0) idle = setTimeout(() => guard.expire("idle"), idleMs);
        let done;
        let value;
        try {
          ({ done, value } = await reader.read());
          // What is no bytes is the sender's fault, whoever reads.
          if (!done && typeof value !== "string" && !isBytes(value))
            throw new TypeError("the stream gave no bytes");
        } catch (error) {
          if (signal.aborted) return;
          end();
          throw guard.broken(error);
        }
        clearTimeout(idle);
        if (signal.aborted) return;
        if (done) {
          end();
          controller.close();
        } else {
          guard.firstByte();
          controller.enqueue(value);
        }
      },
      cancel(reason) {
        end();
        // Our end does not wait for the sender's, which may wait for somebody else who reads a copy.
        cancel(reader, reason);
      },
    },
    // Nothing is read before the consumer pulls.
    { highWaterMark: 0 },
  );
}
