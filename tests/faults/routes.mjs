/** What the models of the matrix answer: short and always the same, so that every byte can be a place to break at. */

/** The text that every model answers. */
export const TEXT = "Hello";
const PIECES = ["Hel", "lo"];
const USAGE = { prompt_tokens: 3, total_tokens: 7 };
const DONE = "data: [DONE]\n\n";

const events = (values) => values.map((value) => `data: ${JSON.stringify(value)}\n\n`);
const chunk = (delta, more) => ({ choices: [{ delta, ...more }] });

/** By dialect: the answer as JSON, and as a stream's events. The first event always brings the first piece. */
export const DIALECTS = {
  legacy: {
    model: "@cf/faults/legacy",
    json: { response: TEXT, usage: USAGE },
    events: [...events([...PIECES.map((response) => ({ response })), { response: "", usage: USAGE }]), DONE],
  },
  chat: {
    model: "@cf/faults/chat",
    json: { choices: [{ message: { content: TEXT }, finish_reason: "stop" }] },
    events: [
      ...events([...PIECES.map((content) => chunk({ content })), chunk({}, { finish_reason: "stop" })]),
      DONE,
    ],
  },
  responses: {
    model: "@cf/faults/responses",
    json: {
      output: [{ type: "message", content: [{ type: "output_text", text: TEXT }] }],
    },
    events: events([
      ...PIECES.map((delta) => ({ type: "response.output_text.delta", delta })),
      { type: "response.completed", response: {} },
    ]),
  },
};

export const EMBEDDER = "@cf/faults/embedder";
/** What it answers, in numbers that are the same in 32 bits. */
export const VECTOR = [0.5, -0.25, 1];

/** A model that never answers. */
export const SILENT = "@cf/faults/silent";

/**
 * For the local service's option `routes`.
 *
 * @param {(headers: Headers) => void} begun is told of each call when it begins
 */
export function routesOf(begun) {
  const answer =
    ({ json, events: pieces }) =>
    ({ inputs, headers }) => {
      begun(headers);
      const isStream = inputs.stream === true && !(headers.get("x-local-fault") ?? "").includes("whole-json");
      return isStream ? { body: pieces.join(""), contentType: "text/event-stream" } : { json };
    };
  const silence = ({ headers, signal }) => {
    begun(headers);
    return new Promise((_, reject) => {
      const abort = () => reject(signal.reason);
      // The limits are so short that the call may be over before it is here.
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort);
    });
  };
  const vector = { json: { shape: [1, VECTOR.length], data: [VECTOR] }, events: [] };
  return {
    ...Object.fromEntries(Object.values(DIALECTS).map((dialect) => [dialect.model, answer(dialect)])),
    [EMBEDDER]: answer(vector),
    [SILENT]: silence,
  };
}
