import { h } from "../lib/dom.js";
import { spokenSentence } from "../lib/samples.js";
import { taskPage } from "../lib/task.js";
import { bars } from "../lib/views/bars.js";

export default taskPage({
  lead: "Hears whether a speaker has finished, or only takes a breath.",
  method: "detectTurn",
  action: "Listen",
  fields: [
    {
      name: "audio",
      label: "Recording",
      kind: "audio",
      sample: spokenSentence,
      sampleLabel: "Let a model say a sentence",
    },
  ],
  run: ({ ai, model, input, signal }) => ai.detectTurn(model, input, { signal }),
  show: ({ isComplete, probability }) => [
    h("p", { className: "output" }, isComplete ? "The speaker has finished." : "The speaker goes on."),
    bars([{ label: "Finished", score: probability }], "How sure the model is"),
  ],
});
