// The body of a run, as the REST API takes it, made into the input that `run` takes.

import { boundedTokens, Refusal } from "./bounds.js";

/** The field that a body which is nothing but media stands for. */
const MEDIA_FIELDS = {
  "Automatic Speech Recognition": "audio",
  "Voice Activity Detection": "audio",
  "Image Classification": "image",
  "Object Detection": "image",
  "Image-to-Text": "image",
};

export async function readRun(request, url, model) {
  const contentType = request.headers.get("content-type") ?? "";
  if (/^application\/json\b/i.test(contentType)) return boundedTokens(await readObject(request), model);
  // A form goes on as it is: its bytes, and the type that names the boundary.
  if (/^multipart\//i.test(contentType)) return { multipart: { body: request.body, contentType } };
  const field = MEDIA_FIELDS[model.task];
  if (!field) throw new Refusal(415, "The body must be JSON.");
  return { ...parameters(url), [field]: await request.blob() };
}

async function readObject(request) {
  const value = await request.json().catch((error) => {
    throw error instanceof Refusal ? error : new Refusal(400, "The body must be JSON.");
  });
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Refusal(400, "The body must be a JSON object.");
}

/** The inputs beside a raw body. A query has only texts; the binding wants values. */
function parameters(url) {
  const pairs = [...url.searchParams].filter(([name]) => name !== "queueRequest");
  return Object.fromEntries(pairs.map(([name, text]) => [name, parsed(text)]));
}

const parsed = (text) => (/^(true|false|-?\d+(\.\d+)?)$/.test(text) ? JSON.parse(text) : text);
