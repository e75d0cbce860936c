// The service's tasks: their names and ids in the catalogue.

/** By the short name that the local service uses: [name, id, description]. */
const ROWS = {
  "text-generation": [
    "Text Generation",
    "c329a1f9-323d-4e91-b2aa-582dd4188d34",
    "Family of generative text models, such as large language models (LLM), that can be adapted for a variety of natural language tasks.",
  ],
  "text-embeddings": [
    "Text Embeddings",
    "0137cdcf-162a-4108-94f2-1ca59e8c65ee",
    "Models that turn text into vectors of numbers.",
  ],
  "text-classification": [
    "Text Classification",
    "19606750-23ed-4371-aab2-c20349b53a60",
    "Models that sort text into classes, or order texts by how well they fit a query.",
  ],
  summarization: ["Summarization", "6f4e65d8-da0f-40d2-9aa4-db582a5a04fd", "Models that shorten text."],
  translation: [
    "Translation",
    "f57d07cb-9087-487a-bbbf-bc3e17fecc4b",
    "Models that put text into another language.",
  ],
  "speech-recognition": [
    "Automatic Speech Recognition",
    "dfce1c48-2a81-462e-a7fd-de97ce985207",
    "Models that write down what is said.",
  ],
  "text-to-speech": [
    "Text-to-Speech",
    "b52660a1-9a95-4ab2-8b1d-f232be34604a",
    "Models that say what is written.",
  ],
  "voice-activity-detection": [
    "Voice Activity Detection",
    "ccb1ca5a-043d-41a7-8a3b-61017b2796fd",
    "Models that hear whether somebody speaks, or has finished.",
  ],
  "text-to-image": [
    "Text-to-Image",
    "3d6e1f35-341b-4915-a6c8-9a7142a9033a",
    "Models that make images from text.",
  ],
  "image-classification": [
    "Image Classification",
    "00cd182b-bf30-4fc4-8481-84a3ab349657",
    "Models that say what an image shows.",
  ],
  "object-detection": [
    "Object Detection",
    "9c178979-90d9-49d8-9e2c-0f1cf01815d4",
    "Models that find things in an image.",
  ],
  "image-to-text": [
    "Image-to-Text",
    "882a91d1-c331-4eec-bdad-834c919942a8",
    "Models that describe an image.",
  ],
};

/** `{ id, name, description }` of every task by its short name, as the catalogue lists them. */
export const TASKS = Object.fromEntries(
  Object.entries(ROWS).map(([key, [name, id, description]]) => [key, { id, name, description }]),
);

/** The short name of a task by its name in the catalogue. */
export const TASK_KEYS = Object.fromEntries(Object.entries(TASKS).map(([key, { name }]) => [name, key]));
