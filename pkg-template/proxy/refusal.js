// What the proxy says no with: the service's own envelope, so that the client reads it like any other error.

export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message a sentence for whoever wrote the page
   * @param {{ code?: number, headers?: Record<string, string>, cause?: unknown }} [more] `cause`: what only the owner gets
   */
  constructor(status, message, { code = 0, headers = {}, cause } = {}) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The reply to what was thrown: what is not a refusal is a fault of ours, its owner is told, the page is not. A page that has gone is nobody's fault. */
export function refused(error, request, { onError }) {
  if (error instanceof Refusal) {
    if (error.cause !== undefined) onError(error.cause);
    return failure(error);
  }
  if (!request.signal.aborted) onError(error);
  return failure(new Refusal(500, "The proxy failed."));
}

/** The service's envelope, and beside it the error as the SDKs of OpenAI and Anthropic read it. */
export function failure({ status, message, code, headers }) {
  const errors = code === 0 ? [{ message }] : [{ code, message }];
  const error = { message, type: kindOf(status), param: null, code: null };
  const body = { result: {}, success: false, errors, messages: [], type: "error", error };
  return Response.json(body, { status, headers });
}

/** Both companies' word for a kind of failure. */
function kindOf(status) {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "api_error";
}
