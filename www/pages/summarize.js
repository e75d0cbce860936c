import { h } from "../lib/dom.js";
import { taskPage } from "../lib/task.js";

const TEXT = `The lighthouse at the end of the bay was built in 1859, after a winter in which four ships were lost on the same reef. \
Its first keeper was a retired sailmaker who had never lived more than a mile from the sea. He kept a diary of every ship that passed, \
of the weather, and of the birds that flew against the lantern. When the light was automated a century later, the diaries were found \
behind the stove: forty volumes, with not a single day missing. They are now the longest unbroken record of the weather on that coast, \
and climate researchers use them to this day.`;

export default taskPage({
  lead: "Makes a long text short.",
  method: "summarize",
  action: "Summarize",
  fields: [{ name: "input_text", label: "Text", kind: "area", rows: 9, value: TEXT }],
  run: ({ ai, model, input, signal }) => ai.summarize(model, input, { signal }),
  show: ({ summary }, { input }) => [
    h("blockquote", {}, summary),
    h("p", { className: "faint" }, `${summary.length} characters out of ${input.input_text.length}.`),
  ],
});
