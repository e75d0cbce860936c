// The shapes in which an error may come inside a stream.

const data = (value) => `data: ${JSON.stringify(value)}\n\n`;

const SHAPES = {
  legacy: (code, message) => data({ errors: [{ code, message }] }),
  chat: (code, message) => data({ error: { message, type: "server_error", code } }),
  native: (internalCode, description) =>
    data({ name: "AiError", internalCode, httpCode: 500, message: description, description }),
  responses: (code, message) =>
    `event: error\n${data({ type: "error", code: String(code), message, param: null })}`,
  failed: (code, message) => {
    const error = { code: "server_error", message: `AiError: ${code}: ${message}` };
    return `event: response.failed\n${data({ type: "response.failed", response: { status: "failed", error } })}`;
  },
  named: (code, message) => `event: error\n${data({ code, message })}`,
  "named-text": (code, message) => `event: error\ndata: ${code}: ${message}\n\n`,
  finish: () => data({ choices: [{ index: 0, delta: {}, finish_reason: "error" }] }),
};

export const EVENT_SHAPES = new Set(Object.keys(SHAPES));

/** The event of an error. */
export const errorEvent = ({ code, message }, shape = "legacy") => SHAPES[shape](code, message);
