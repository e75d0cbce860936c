import { badInput } from "../errors.js";
import { readFields } from "../inputs/check.js";
import { decodedImage } from "../inputs/media.js";
import { fromDataURL } from "../media/base64.js";
import { DONE, encodeText, event } from "../streams/sse.js";
import { jsonReply, tokensOf } from "./json.js";

const DEFAULTS = {
  task: "query",
  question: "What's in this image?",
  caption_length: "normal",
  target: "person",
  max_objects: 150,
};
const WORDS = /\s*\S+/g;
/** Tokens that an image counts as. */
const IMAGE_TOKENS = 729;

/**
 * Moondream: questions, captions, points and boxes. Streams questions and captions unless `stream` is
 * false. How its chunks look is not documented; here they are those of the service's older text models.
 */
export const moondream = {
  method: "describeImage",
  async answer(call, model, [engine]) {
    const read = readFields({ ...DEFAULTS, ...call.inputs }, model);
    const { image: sent } = call.inputs;
    const image = sent === undefined ? undefined : imageOf(sent, model);
    if (!image && read.task !== "query") throw badInput(model, "required properties at '/' are 'image'");
    if (read.task === "point" || read.task === "detect") {
      const objects = await engine.detectObjects({ model, image, target: read.target, signal: call.signal });
      return whole(read, located(objects.slice(0, read.max_objects), read.task, image), model, engine);
    }
    const answer = await engine.describeImage({
      model,
      image,
      prompt: read.task === "query" ? read.question : undefined,
      maxTokens: read.max_tokens,
      signal: call.signal,
    });
    const name = read.task === "query" ? "answer" : "caption";
    const reasoning =
      read.task === "query" && read.reasoning
        ? { reasoning: { text: "The stand-in does not think.", grounding: [] } }
        : {};
    if (read.stream && !call.wholeOnly) return streamed(read, answer, model, engine);
    return whole(read, { [name]: answer, ...reasoning }, model, engine);
  },
};

/** A remote URL is let through: this model fetches it, so nothing here can be known of it. */
function imageOf(url, model) {
  if (typeof url !== "string")
    throw badInput(model, "Type mismatch of '/image', 'string' not in the given type");
  if (/^https:\/\//i.test(url))
    return { format: "remote image", width: 1024, height: 768, bytes: new Uint8Array(0) };
  const media = fromDataURL(url);
  if (!media) throw badInput(model, "'/image' must be an HTTPS URL or a data URI");
  return decodedImage(media);
}

/** Places as fractions of the image's sides. */
function located(objects, task, { width, height }) {
  const fraction = (value, side) => Math.round((value / side) * 1e4) / 1e4;
  if (task === "detect") {
    return {
      objects: objects.map(({ box }) => ({
        x_min: fraction(box.xmin, width),
        y_min: fraction(box.ymin, height),
        x_max: fraction(box.xmax, width),
        y_max: fraction(box.ymax, height),
      })),
    };
  }
  return {
    points: objects.map(({ box }) => ({
      x: fraction((box.xmin + box.xmax) / 2, width),
      y: fraction((box.ymin + box.ymax) / 2, height),
    })),
  };
}

const metricsOf = (read, text) => ({
  input_tokens: IMAGE_TOKENS + tokensOf(read.question),
  output_tokens: tokensOf(text),
  prefill_time_ms: 12.5,
  decode_time_ms: 20,
  ttft_ms: 14,
});
const neuronsOf = (model, { input_tokens, output_tokens }) =>
  (model.inputNeurons * input_tokens + model.outputNeurons * output_tokens) / 1e6;

function whole(read, answer, model, engine) {
  const metrics = metricsOf(read, answer.answer ?? answer.caption ?? "");
  return jsonReply({ finish_reason: "stop", metrics, ...answer }, neuronsOf(model, metrics), engine);
}

function streamed(read, answer, model, engine) {
  const metrics = metricsOf(read, answer);
  const usage = {
    prompt_tokens: metrics.input_tokens,
    completion_tokens: metrics.output_tokens,
    total_tokens: metrics.input_tokens + metrics.output_tokens,
  };
  async function* texts() {
    for (const response of answer.match(WORDS) ?? []) yield event({ response });
    yield event({
      response: "",
      finish_reason: "stop",
      metrics,
      usage: { ...usage, neurons: neuronsOf(model, metrics) },
    });
    yield DONE;
  }
  return { kind: "stream", contentType: "text/event-stream", produce: () => encodeText(texts()), engine };
}
