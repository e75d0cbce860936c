import { taskPage } from "../lib/task.js";
import { bars } from "../lib/views/bars.js";

export default taskPage({
  lead: "Orders texts by how well they answer a question. Good after a search, before the language model.",
  method: "rerank",
  action: "Rerank",
  fields: [
    { name: "query", label: "Question", value: "How do I keep a sourdough starter alive?" },
    {
      name: "contexts",
      label: "Texts, one per line",
      kind: "lines",
      value: [
        "A lighthouse keeper trims the wick twice a night.",
        "Feed the starter with equal weights of flour and water once a day, or once a week in the fridge.",
        "Rye flour ferments faster than white flour.",
        "The last train to the coast leaves at ten.",
        "Bread should cool for an hour before it is cut.",
      ],
    },
  ],
  run: ({ ai, model, input, signal }) => ai.rerank(model, input, { signal }),
  show: ({ results }) => [
    bars(
      results.map(({ text, score, index }) => ({ label: text, score, note: `was line ${index + 1}` })),
      "Best first",
    ),
  ],
});
