// Finds the usage in a reply's bytes, for the client's own token limits.

import { cancel } from "./promises.js";
import { asBytes, isBytes } from "./values.js";

const NAME = '"usage":';
/** Longest usage in characters. */
const MAX_LENGTH = 4096;
/** JSON is searched as bytes: the names in it are ASCII. */
const decoder = new TextDecoder("latin1");

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {(usage: string) => void} report called once when the bytes end, with the text from the last
 *   `"usage":` on, or "" without one
 * @returns {ReadableStream<Uint8Array>} the same bytes
 */
export function watchUsage(body, report) {
  const reader = body.getReader();
  let kept = "";
  let open = true;
  const search = (chunk) => {
    const text = kept + decoder.decode(asBytes(chunk));
    const at = text.lastIndexOf(NAME);
    // The name may be split between two chunks.
    kept = at >= 0 ? text.slice(at, at + MAX_LENGTH) : text.slice(1 - NAME.length);
  };
  const end = () => {
    if (open) report(kept.startsWith(NAME) ? kept : "");
    open = false;
  };
  return new ReadableStream(
    {
      async pull(controller) {
        let done;
        let value;
        try {
          ({ done, value } = await reader.read());
        } catch (error) {
          end();
          throw error;
        }
        if (done) {
          end();
          return controller.close();
        }
        if (isBytes(value)) search(value);
        controller.enqueue(value);
      },
      cancel(reason) {
        end();
        cancel(reader, reason);
      },
    },
    // Nothing is read before the consumer pulls.
    { highWaterMark: 0 },
  );
}
