// Rejections by the proxy, in the service's own envelope, so that the client reads them like any other error.

export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message for the author of the page
   * @param {{ code?: number, headers?: Record<string, string>, cause?: unknown }} [more] `cause`: passed to
   *   `onError` only
   */
  constructor(status, message, { code = 0, headers = {}, cause } = {}) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * The reply to an error. Errors other than a `Refusal` are internal: they are passed to `onError`, not to the
 * page. An abort by the page is not an error.
 */
export function refused(error, request, { onError }) {
  if (error instanceof Refusal) {
    if (error.cause !== undefined) onError(error.cause);
    return failure(error);
  }
  if (!request.signal.aborted) onError(error);
  return failure(new Refusal(500, "The proxy failed."));
}

/** The service's envelope, with the error in the form of the SDKs of OpenAI and Anthropic as well. */
export function failure({ status, message, code, headers }) {
  const errors = code === 0 ? [{ message }] : [{ code, message }];
  const error = { message, type: kindOf(status), param: null, code: null };
  const body = { result: {}, success: false, errors, messages: [], type: "error", error };
  return Response.json(body, { status, headers });
}

/** The error type of both APIs. */
function kindOf(status) {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "api_error";
}
