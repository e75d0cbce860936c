import { h } from "../lib/dom.js";
import { lighthouse } from "../lib/samples.js";
import { taskPage } from "../lib/task.js";

export default taskPage({
  lead: "Says what an image shows, or answers a question about it.",
  method: "describeImage",
  action: "Describe",
  fields: [
    { name: "image", label: "Image", kind: "image", sample: lighthouse },
    { name: "prompt", on: ["prompt", "question"], label: "Question", placeholder: "What is in this image?" },
  ],
  omit: ["task", "target", "max_objects", "caption_length"],
  run: ({ ai, model, input, signal }) => ai.describeImage(model, input, { signal }),
  show: ({ text }) => [h("blockquote", {}, text)],
});
