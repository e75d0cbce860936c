import { spokenSentence } from "../lib/samples.js";
import { taskPage } from "../lib/task.js";
import { transcript } from "../lib/views/transcript.js";

export default taskPage({
  lead: "Writes down what is said. Choose a recording, drop one, or speak.",
  method: "transcribe",
  first: "@cf/openai/whisper-large-v3-turbo",
  action: "Transcribe",
  fields: [
    {
      name: "audio",
      label: "Recording",
      kind: "audio",
      sample: spokenSentence,
      sampleLabel: "Let a model say a sentence",
    },
  ],
  run: ({ ai, model, input, signal }) => ai.transcribe(model, input, { signal }),
  show: (result, { input }) => transcript(result, input.audio),
});
