// A reply's bytes on their way to the caller, under the limits of their call.

import { Lifeline } from "../stream/lifeline.js";
import { cancel } from "./promises.js";
import { isBytes } from "./values.js";

/**
 * @param {{ body: ReadableStream<Uint8Array>, reader?: object, first?: Uint8Array[], guard: object, idleMs:
 *   number }} source `reader`: the body's, if the chunks in `first` have been read already; `guard`: owned by
 *   this stream from now on; `idleMs`: limit of a read, 0 for none.
 * @returns {ReadableStream<Uint8Array>}
 */
export function byteStream({ body, reader = body.getReader(), first = [], guard: own, idleMs }) {
  // The core's guard is lost with its instance; the lifeline is not.
  const guard = "free" in own ? new Lifeline(own) : own;
  const { signal } = guard;
  let controller;
  let idle;

  const end = () => {
    clearTimeout(idle);
    signal.removeEventListener("abort", abort);
    guard.release();
  };
  // The reason is a WorkersAIError whatever caused the abort.
  const abort = () => {
    end();
    controller.error(signal.reason);
    cancel(reader, signal.reason); // The stream reports the error already.
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
          // A chunk that is neither bytes nor text is the sender's error, also where the body is a
          // substitute's.
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
        // Does not wait for the source, which may wait for the reader of a tee'd copy.
        cancel(reader, reason);
      },
    },
    // Nothing is read before the consumer pulls.
    { highWaterMark: 0 },
  );
}
