import { fieldOf } from "../lib/fields.js";
import { taskPage } from "../lib/task.js";
import { player } from "../lib/views/media.js";

export default taskPage({
  lead: "Says a text.",
  method: "generateSpeech",
  action: "Speak",
  fields: [
    {
      name: "text",
      on: ["text", "prompt"],
      label: "Text",
      kind: "area",
      value: "Every night at dusk the keeper climbs the two hundred steps, and lights the lamp.",
    },
    (_model, { speaker }) => speaker && { ...fieldOf("speaker", speaker), label: "Voice" },
    (_model, { lang }) => lang && { ...fieldOf("lang", lang), label: "Language" },
  ],
  run: ({ ai, model, input, signal }) => ai.generateSpeech(model, input, { signal }),
  show: (speech) => [player(speech)],
});
