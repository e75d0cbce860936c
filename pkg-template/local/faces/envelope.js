// How the REST API dresses an outcome: `{ result, success, errors, messages }`, and the same without the envelope below `/v1`.

const failure = (error, call) => {
  const message = error.isFrontDoor
    ? error.message
    : `AiError: ${error.kind === "AiError" ? "AiError: " : ""}${error.message} (${call.requestId})`;
  const body = {
    result: error.isFrontDoor ? null : {},
    success: false,
    errors: [{ code: error.code, message }],
    messages: [],
  };
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: { "content-type": "application/json" },
  });
};

/** `/run/{model}`. */
export const envelopeFace = {
  json: (result) => ({ result, success: true, errors: [], messages: [] }),
  error: failure,
};

/** `/v1/*`: bare values, but errors in the same envelope. */
export const openAIFace = { json: (value) => value, error: failure };
