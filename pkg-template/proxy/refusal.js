// What the proxy says no with: the service's own envelope, so that the client reads it like any other error.

export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message a sentence for whoever wrote the page
   * @param {{ code?: number, headers?: Record<string, string>, cause?: unknown }} [more] `cause`: what only the owner is told
   */
  constructor(status, message, { code = 0, headers = {}, cause } = {}) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function failure({ status, message, code, headers }) {
  const errors = code === 0 ? [{ message }] : [{ code, message }];
  return Response.json({ result: {}, success: false, errors, messages: [] }, { status, headers });
}
