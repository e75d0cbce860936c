// The batch queue: many requests at once, answered when there is room.

import { ai } from "../lib/client.js";
import { codeBox } from "../lib/code.js";
import { announce, h } from "../lib/dom.js";
import { makeForm } from "../lib/form.js";
import { metaLine } from "../lib/meta.js";
import { makeRunner } from "../lib/task.js";
import { table } from "../lib/views/table.js";

/** Requests of one line each, by the method that a model has. */
const REQUESTS = {
  generateText: (prompt) => ({ prompt, max_tokens: 64 }),
  embed: (text) => ({ text }),
  translate: (text) => ({ text, target_lang: "fr" }),
};
const LINES = ["Name a lighthouse.", "Name a ship.", "Name a wind."];

/** What the page does; it shows this text. */
async function run({ ai, model, requests, signal, onSubmit, onProgress }) {
  const { requestId, status } = await ai.batch.submit(model, requests, { signal });
  onSubmit(requestId, status);
  return ai.batch.wait(model, requestId, { signal, onProgress });
}

const methodOf = (model) => Object.keys(REQUESTS).find((method) => model.methods.includes(method));
const hasQueue = (model) => model.capabilities.includes("batch");

export default function mount(root) {
  const output = h("section", { className: "result", "aria-label": "Batch", "aria-live": "polite" });
  const runner = makeRunner(output);
  const form = makeForm({
    methods: Object.keys(REQUESTS),
    only: hasQueue,
    first: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    action: "Submit",
    settings: false,
    fields: [{ name: "requests", label: "Requests, one per line", kind: "lines", value: LINES }],
    onStop: () => runner.stop(),
    onSubmit: ({ model, input }) =>
      runner.run(form, async (signal) => {
        const make = REQUESTS[methodOf(form.chosen())];
        const requests = input.requests.map((line, index) => ({
          ...make(line),
          external_reference: `line-${index + 1}`,
        }));
        const looks = h("ol", { className: "looks" });
        const onSubmit = (requestId, status) => {
          looks.append(h("li", {}, `Submitted: ${status}`));
          output.replaceChildren(h("p", {}, "Request id: ", h("code", {}, requestId)), looks);
        };
        const onProgress = ({ status: now, attempt }) => {
          looks.append(h("li", {}, `Look ${attempt}: ${now}`));
          announce(`The batch is ${now}.`);
        };
        const { items, usage, meta } = await run({ ai, model, requests, signal, onSubmit, onProgress });
        output.append(
          table(COLUMNS, items, `${items.length} answers`),
          metaLine(meta, { tokens: usage?.totalTokens }) ?? "",
          codeBox(run, { model, requests }),
        );
      }),
  });
  root.append(
    h(
      "p",
      { className: "lead" },
      "Puts many requests into a queue, and looks after them until all are answered. The request id is all that is needed to come back later.",
    ),
    form.element,
    output,
  );
}

const COLUMNS = [
  { title: "Request", of: ({ index }) => String(index + 1), kind: "number" },
  { title: "Reference", of: ({ externalReference }) => externalReference },
  {
    title: "Answer",
    of: ({ success, result, error }) =>
      success ? short(result) : h("span", { className: "bad" }, error.message),
  },
];

/** The text of an answer, the beginning of a vector, or of its JSON. */
function short(result) {
  const text = result?.text ?? result?.translated_text;
  if (typeof text === "string") return text;
  if (result?.shape)
    return `A vector of ${result.shape[1]} numbers: ${[...result.data.subarray(0, 4)].map((x) => x.toFixed(3)).join(", ")}, …`;
  const json = JSON.stringify(result);
  return h("code", {}, json.length > 160 ? `${json.slice(0, 160)}…` : json);
}
