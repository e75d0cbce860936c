// Encodes replies of the REST API: `{ result, success, errors, messages }`, and the same without the
// envelope below `/v1`.

import { Answer } from "../streams/answer.js";

const decorated = (error, call) =>
  error.isFrontDoor
    ? error.message
    : `AiError: ${error.kind === "AiError" ? "AiError: " : ""}${error.message} (${call.requestId})`;

/** A failure in the envelope. */
export const failed = (status, code, message, result = null) =>
  Answer.json({ result, success: false, errors: [{ code, message }], messages: [] }, { status });

const failure = (error, call) =>
  failed(error.status, error.code, decorated(error, call), error.isFrontDoor ? null : {});

/** `/run/{model}` and the lists, which have a count. */
export const envelopeFace = {
  json: (result, _call, info) => ({
    result,
    success: true,
    errors: [],
    messages: [],
    ...(info ? { result_info: info } : {}),
  }),
  error: failure,
};

/** `/v1/*`: bare values, but errors in the same envelope. */
export const openAIFace = { json: (value) => value, error: failure };

/** `/run` without a model in the path. */
export const runAPIFace = {
  json: (result, call) => ({ state: "Completed", result, provider: "workers-ai", model: call.model }),
  error: (error, call) =>
    Answer.json({ code: error.code, message: decorated(error, call) }, { status: error.status }),
};
