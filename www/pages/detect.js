import { lighthouse } from "../lib/samples.js";
import { taskPage } from "../lib/task.js";
import { bars } from "../lib/views/bars.js";
import { boxes } from "../lib/views/boxes.js";

export default taskPage({
  lead: "Finds things in an image, and where they are.",
  method: "detectObjects",
  action: "Detect",
  fields: [{ name: "image", label: "Image", kind: "image", sample: lighthouse }],
  run: ({ ai, model, input, signal }) => ai.detectObjects(model, input, { signal }),
  show: ({ objects }, { input }) => [
    boxes(objects, input.image),
    objects.length > 0 ? bars(objects, "What was found") : null,
  ],
});
