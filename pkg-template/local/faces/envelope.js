// How the REST API dresses an outcome: `{ result, success, errors, messages }`, and the same without the envelope below `/v1`.

const decorated = (error, call) =>
  error.isFrontDoor
    ? error.message
    : `AiError: ${error.kind === "AiError" ? "AiError: " : ""}${error.message} (${call.requestId})`;

export const jsonResponse = (value, status) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });

const failure = (error, call) =>
  jsonResponse(
    {
      result: error.isFrontDoor ? null : {},
      success: false,
      errors: [{ code: error.code, message: decorated(error, call) }],
      messages: [],
    },
    error.status,
  );

/** `/run/{model}` and the lists, which say how many there are. */
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
  error: (error, call) => jsonResponse({ code: error.code, message: decorated(error, call) }, error.status),
};
