// The service's errors, from the common table of codes (src/codes/service.json). Faces encode them.

import { codes } from "./models/catalog.js";

const BY_NUMBER = new Map(codes.map((row) => [row.number, row]));

/** Every code that is known here. */
export const KNOWN_CODES = [...BY_NUMBER.keys()];

const UNKNOWN = { name: "AiError", message: "Internal server error", statuses: [500] };

/** An error of the service, independent of the face that encodes it. */
export class ServiceError extends Error {
  /**
   * @param {number} code the service's own code, such as 3040
   * @param {string} [text] replaces the code's usual text
   * @param {{ status?: number, headers?: Record<string, string> }} [more]
   */
  constructor(code, text, more = {}) {
    const row = BY_NUMBER.get(code) ?? UNKNOWN;
    super(text ?? row.message);
    this.name = "ServiceError";
    this.code = code;
    /** The name that the binding throws. */
    this.kind = row.name;
    /** True for errors of the API's front end, which have no prefix of model servers and a null `result`. */
    this.isFrontDoor = row.frontDoor === true;
    this.status = more.status ?? row.status ?? row.statuses[0];
    this.headers = more.headers ?? {};
  }
}

/** The service's reply to an internal error. */
export const internalError = () => new ServiceError(500, "Internal server error", { status: 500 });

/** Input that fails the model's schema: 5006 from older models, 8001 from newer model servers. */
export const badInput = (model, text) =>
  model.dialect === "chat" || model.newServer
    ? new ServiceError(8001, `Invalid input: ${text}`)
    : new ServiceError(5006, `Bad input: Error: ${text}`);
