// The formats of errors that `shape=` selects in place of the face's own.

import { envelopeFace, runAPIFace } from "../faces/envelope.js";
import { nativeFace } from "../faces/native.js";
import { Answer } from "../streams/answer.js";

const withType = (type, text, status) =>
  new Answer(text, { status, headers: { "content-type": `${type}; charset=UTF-8` } });

const openAI = (code, { message, status }) =>
  Answer.json(
    { error: { message: `AiError: ${message}`, type: "server_error", param: null, code } },
    { status },
  );

const SHAPES = {
  /** The REST API's. */
  envelope: envelopeFace.error,
  /** The upstream's of the binding, and the gateway's. */
  native: nativeFace.error,
  /** `{ code, message }`, as the gateway's Run API has it. */
  gateway: runAPIFace.error,
  /** OpenAI's, with the number. */
  openai: (error) => openAI(error.code, error),
  /** OpenAI's, with a word where the number should be. */
  "openai-word": (error) => openAI("some_error", error),
  /** The text of the error that the binding throws. */
  text: (error) => withType("text/plain", `${error.code}: ${error.message}`, error.status),
  /** The edge's text. */
  edge: (error) => withType("text/plain", `error code: ${error.code}`, error.status),
  html: (error) =>
    withType("text/html", `<!DOCTYPE html><html><body>${error.message}</body></html>`, error.status),
  empty: ({ status }) => new Answer(null, { status }),
  /** The REST API's, with a status of success. */
  success: (error, call) => Object.assign(envelopeFace.error(error, call), { status: 200 }),
};

export const SHAPE_NAMES = new Set(Object.keys(SHAPES));

/** The error in its shape. */
export const shaped = (error, call, face) => (SHAPES[call.errorShape] ?? face.error)(error, call);
