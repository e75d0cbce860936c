import { taskPage } from "../lib/task.js";
import { bars } from "../lib/views/bars.js";

export default taskPage({
  lead: "Says whether a text is meant well.",
  method: "classifyText",
  action: "Classify",
  fields: [
    {
      name: "text",
      label: "Text",
      kind: "area",
      value: "The soup was cold, the waiter was rude, and I would go back any day for the view.",
    },
  ],
  run: ({ ai, model, input, signal }) => ai.classifyText(model, input, { signal }),
  show: ({ labels }) => [bars(labels, "What it is")],
});
