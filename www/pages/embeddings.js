// Vectors: documents are embedded into an index; a question finds the nearest, on a map, and a language model answers from them.

import { VectorIndex } from "workers-ai-wasm";
import { ai } from "../lib/client.js";
import { codeBox } from "../lib/code.js";
import { h, newId } from "../lib/dom.js";
import { makeForm } from "../lib/form.js";
import { metaLine } from "../lib/meta.js";
import { plane } from "../lib/pca.js";
import { problem } from "../lib/problem.js";
import { makeRunner } from "../lib/task.js";
import { bars } from "../lib/views/bars.js";
import { map } from "../lib/views/map.js";

const ANSWERING = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const DOCUMENTS = [
  "Feed a sourdough starter with equal weights of flour and water once a day.",
  "Rye flour ferments faster than white flour.",
  "Bread should cool for an hour before it is cut.",
  "A kettle with a narrow spout pours the most even coffee.",
  "The lighthouse at the end of the bay was built in 1859.",
  "A keeper trims the wick of the lamp twice a night.",
  "Fog horns are tested on the first Tuesday of the month.",
  "The last train to the coast leaves at ten in the evening.",
  "Tickets for the ferry are sold on board.",
  "Cyclists may take the night train without a reservation.",
];

/** The functions that the page runs; it shows their texts. */
async function build({ ai, VectorIndex, model, documents, parameters, signal, onProgress }) {
  const embedded = await ai.embedMany(model, documents, { parameters, signal, onProgress });
  const index = new VectorIndex({ dimensions: embedded.shape[1], metric: "cosine" });
  index.add(embedded.data);
  return { index, embedded };
}

async function search({ ai, index, model, question, signal }) {
  const { rows, meta } = await ai.embed(model, question, { signal });
  const hits = index.search(rows[0], 5);
  return { hits, query: rows[0], meta };
}

async function reply({ ai, answering, documents, hits, question, signal, show }) {
  const known = hits.slice(0, 3).map(({ id }) => documents[id]);
  const stream = await ai.streamText(
    answering,
    {
      messages: [
        { role: "system", content: `Answer from these notes only:\n${known.join("\n")}` },
        { role: "user", content: question },
      ],
    },
    { signal },
  );
  for await (const text of stream.textStream) {
    show(text);
  }
}

export default function mount(root) {
  const output = h("section", { className: "result", "aria-label": "Index", "aria-live": "polite" });
  const runner = makeRunner(output);
  const form = makeForm({
    method: "embed",
    first: "@cf/baai/bge-small-en-v1.5",
    action: "Embed",
    fields: [
      { name: "documents", label: "Documents, one per line", kind: "lines", rows: 10, value: DOCUMENTS },
    ],
    omit: ["text", "query", "queries", "contexts"],
    onStop: () => runner.stop(),
    onSubmit: ({ model, input: { documents, ...parameters } }) =>
      runner.run(form, async (signal) => {
        const progress = h("progress", {
          max: documents.length || 1,
          value: 0,
          "aria-label": "Documents embedded",
        });
        output.replaceChildren(progress);
        const onProgress = ({ done }) => {
          progress.value = done;
        };
        const { index, embedded } = await build({
          ai,
          VectorIndex,
          model,
          documents,
          parameters,
          signal,
          onProgress,
        });
        output.replaceChildren(...indexView({ index, embedded, model, documents, parameters }));
      }),
  });
  root.append(
    h(
      "p",
      { className: "lead" },
      "Turns texts into vectors: texts that mean alike lie near each other. That is search, and what a language model can answer from.",
    ),
    form.element,
    output,
  );
}

/** The index: its map, and a search over it. */
function indexView({ index, embedded, model, documents, parameters }) {
  const { data, shape, rows, usage, meta } = embedded;
  const onPlane = plane(data, shape[1]);
  const points = map(
    rows.map(onPlane),
    `A map of ${shape[0]} documents: those that mean alike lie near each other`,
  );
  const found = h("section", { className: "result", "aria-label": "Found", "aria-live": "polite" });
  const id = newId("question");
  const question = h("input", {
    id,
    type: "search",
    value: "How do I keep my starter alive?",
    autocomplete: "off",
  });
  const button = h("button", { type: "submit", className: "primary" }, "Search");
  const stop = h("button", { type: "button", hidden: true, onclick: () => runner.stop() }, "Stop");
  const runner = makeRunner(found);
  const busy = {
    setBusy(is) {
      button.hidden = is;
      stop.hidden = !is;
    },
    mark: () => question.focus(),
  };
  const form = h(
    "form",
    { role: "search", noValidate: true },
    h("div", { className: "field" }, h("label", { htmlFor: id }, "Question"), question),
    h("div", { className: "actions" }, button, stop),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = question.value;
    runner.run(busy, async (signal) => {
      const { hits, query, meta } = await search({ ai, index, model, question: text, signal });
      points.ask(
        onPlane(query),
        hits.slice(0, 3).map(({ id }) => id),
      );
      const answer = h("blockquote", { hidden: true });
      const values = { model, documents, question: text, answering: ANSWERING };
      const ask = h("button", { type: "button" }, "Answer from the best three");
      const halt = h("button", { type: "button", hidden: true }, "Stop the answer");
      ask.addEventListener("click", () =>
        answerFrom(answer, { ask, halt }, { documents, hits, question: text }),
      );
      found.replaceChildren(
        bars(
          hits.map(({ id, score }) => ({ label: documents[id], score, note: `document ${id + 1}` })),
          "Nearest first",
        ),
        metaLine(meta) ?? "",
        codeBox(search, values),
        h("div", { className: "actions" }, ask, halt),
        answer,
        codeBox(reply, values),
      );
    });
  });
  const facts = { vectors: `${shape[0]} × ${shape[1]}`, tokens: usage?.totalTokens };
  return [
    h("h2", {}, "Map"),
    points.element,
    metaLine(meta, facts) ?? "",
    codeBox(build, { model, documents, parameters }),
    h("h2", {}, "Search"),
    form,
    found,
  ];
}

/** @param {HTMLElement} answer @param {{ ask: HTMLButtonElement, halt: HTMLButtonElement }} buttons */
async function answerFrom(answer, { ask, halt }, found) {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort();
  halt.addEventListener("click", stop, { once: true });
  ask.hidden = true;
  halt.hidden = false;
  answer.hidden = false;
  answer.replaceChildren();
  try {
    await reply({ ai, answering: ANSWERING, ...found, signal, show: (text) => answer.append(text) });
  } catch (error) {
    if (signal.aborted) answer.append(" (stopped)");
    else answer.replaceChildren(problem(error));
  } finally {
    halt.removeEventListener("click", stop);
    ask.hidden = false;
    halt.hidden = true;
  }
}
