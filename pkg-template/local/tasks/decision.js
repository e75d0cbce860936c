import { badInput, ServiceError } from "../errors.js";
import { readable } from "../inputs/bounds.js";
import { readFields } from "../inputs/check.js";
import { decodedAudio, decodedImage } from "../inputs/media.js";
import { fromBase64, fromDataURL } from "../media/base64.js";
import { jsonReply, textNeurons, tokensOf } from "./json.js";

const QUESTION_ID = /^[\w.-]{1,100}$/;
const MIB = 2 ** 20;
const LIMITS = {
  images: { most: 4, each: 4 * MIB, together: 8 * MIB },
  audio: { most: 4, each: 8 * MIB, together: 16 * MIB, omniOnly: true },
  videos: { most: 2, each: 16 * MIB, together: 16 * MIB, omniOnly: true },
};

/** The clef models: answers to questions about a state, in numbers. */
export const decision = {
  method: "decide",
  async answer(call, model, [engine]) {
    const { model: name, state, questions } = readFields(call.inputs, model);
    if (name !== undefined && name.trim() !== model.inner)
      throw badInput(model, `'/model' must be ${model.inner}`);
    const known = readQuestions(questions, model);
    const media = readAttachments(call.inputs, model);
    const answers = await engine.decide({ model, state, questions: known, ...media, signal: call.signal });
    const stateText = readable(typeof state === "string" ? state : JSON.stringify(state), model);
    const spelled = [stateText, JSON.stringify(questions)];
    const usage = { input_tokens: tokensOf(spelled.join(" ")), output_tokens: Object.keys(known).length };
    return jsonReply({ model: model.inner, answers, usage }, textNeurons(model, spelled), engine);
  },
};

function readQuestions(questions, model) {
  for (const [id, question] of Object.entries(questions)) {
    if (!QUESTION_ID.test(id)) throw badInput(model, `'/questions/${id}' is not a valid question id`);
    checkQuestion(id, question, model);
  }
  return questions;
}

function checkQuestion(id, question, model) {
  if (question?.instructions === undefined)
    throw badInput(model, `required properties at '/questions/${id}' are 'instructions'`);
  const { type, criteria } = question;
  const refuse = (text) => badInput(model, `'/questions/${id}/criteria' ${text}`);
  if (type === "noul") return;
  if (type === "choice") {
    const size =
      criteria && typeof criteria === "object" && !Array.isArray(criteria) ? Object.keys(criteria).length : 0;
    if (size < 2 || size > 255) throw refuse("must have from 2 to 255 options");
  } else if (type === "score") {
    if (!Array.isArray(criteria) || criteria.length < 2 || criteria.length > 10)
      throw refuse("must have from 2 to 10 levels");
  } else throw badInput(model, `'/questions/${id}/type' must be one of noul, choice, score`);
}

/** Data URLs or `{ content_type, base64 }`, within the limits of their kind. */
export function readAttachments(inputs, model) {
  const read = {};
  for (const [kind, limit] of Object.entries(LIMITS)) {
    const items = inputs[kind];
    if (items === undefined) continue;
    if (limit.omniOnly && model.inner !== "clef-omni")
      throw badInput(model, `'/${kind}' is not taken by this model`);
    if (!Array.isArray(items) || items.length > limit.most)
      throw badInput(model, `'/${kind}' must be an array of at most ${limit.most} items`);
    read[kind] = items.map((item, index) => attachment(item, `/${kind}/${index}`, limit, model));
    if (read[kind].reduce((sum, { bytes }) => sum + bytes.length, 0) > limit.together)
      throw new ServiceError(3006);
    if (kind === "images") read.images = read.images.map(decodedImage);
    if (kind === "audio") read.audio = read.audio.map((item) => decodedAudio(item));
  }
  return read;
}

function attachment(item, path, { each }, model) {
  const media =
    typeof item === "string"
      ? fromDataURL(item)
      : typeof item?.base64 === "string" && {
          bytes: fromBase64(item.base64),
          contentType: item.content_type,
        };
  if (!media?.bytes) throw badInput(model, `'${path}' must be a data URL or { content_type, base64 }`);
  if (media.bytes.length > each) throw new ServiceError(3006);
  return media;
}
