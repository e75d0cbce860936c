import { lighthouse } from "../lib/samples.js";
import { taskPage } from "../lib/task.js";
import { bars } from "../lib/views/bars.js";

export default taskPage({
  lead: "Says what kind of thing an image shows.",
  method: "classifyImage",
  action: "Classify",
  fields: [{ name: "image", label: "Image", kind: "image", sample: lighthouse }],
  run: ({ ai, model, input, signal }) => ai.classifyImage(model, input, { signal }),
  show: ({ labels }) => [bars(labels, "What it is, best first")],
});
