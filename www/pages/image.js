import { lighthouse, skyMask } from "../lib/samples.js";
import { taskPage } from "../lib/task.js";
import { picture } from "../lib/views/media.js";

export default taskPage({
  lead: "Makes an image of a prompt; some models start from an image of yours, and paint anew what a mask shows.",
  method: "generateImage",
  first: "@cf/black-forest-labs/flux-1-schnell",
  action: "Generate",
  fields: [
    {
      name: "prompt",
      label: "Prompt",
      kind: "area",
      rows: 3,
      value: "A lighthouse at dusk, in the style of a woodcut",
    },
    {
      name: "image",
      on: ["image", "input_image_0"],
      label: "Image to start from",
      kind: "image",
      sample: lighthouse,
    },
    { name: "mask", on: ["mask"], label: "Mask: white is painted anew", kind: "image", sample: skyMask },
  ],
  run: ({ ai, model, input, signal }) => ai.generateImage(model, input, { signal }),
  show: (image, { input }) => [picture(image, input.prompt)],
});
