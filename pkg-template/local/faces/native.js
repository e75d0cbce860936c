// Encodes replies of the binding's native upstream: bare values, and errors as `{ internalCode, name,
// description }`.

import { Answer } from "../streams/answer.js";

export const nativeFace = {
  json: (value) => value,

  error({ code, kind: name, status, message, isFrontDoor }, call) {
    const description = `${message}${isFrontDoor ? "" : ` (${call.requestId})`}`;
    // The binding's message about the daily quota has its own number.
    const internalCode = code === 4006 ? 3036 : code;
    const body = { internalCode, name, httpCode: status, message: `${name}: ${description}`, description };
    return Answer.json(body, { status });
  },
};
