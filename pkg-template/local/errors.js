// The service's error codes: HTTP status, the `name` that the binding throws, and the usual text. Faces dress them.

const CODES = {
  1001: [400, "InvalidInput", "Invalid input"],
  1015: [429, "EdgeError", "You are being rate limited"],
  1031: [500, "EdgeError", "The service could not be reached"],
  1101: [500, "EdgeError", "Worker threw exception"],
  2003: [429, "AiGatewayError", "Rate limited"],
  2005: [400, "AiGatewayError", "The model can't be routed"],
  2009: [401, "AiGatewayError", "The provider rejected the credentials"],
  2014: [504, "AiGatewayError", "Provider timed out"],
  2016: [424, "AiGatewayError", "Prompt blocked due to security configurations"],
  2017: [424, "AiGatewayError", "Response blocked due to security configurations"],
  2029: [424, "AiGatewayError", "Prompt blocked by data loss prevention"],
  2030: [424, "AiGatewayError", "Response blocked by data loss prevention"],
  2041: [429, "AiGatewayError", "Spend limit exceeded"],
  2021: [402, "AiGatewayError", "Not enough credits"],
  3003: [400, "AiError", "Request is missing headers or body"],
  3006: [413, "AiError", "Request is too large"],
  3007: [408, "AiError", "Timeout"],
  3008: [408, "AiError", "Request was aborted"],
  3023: [403, "AiError", "Service unavailable for account"],
  3030: [400, "AiError", "Input prompt contains NSFW content (flagged)"],
  3036: [429, "AiError", "You have used up your daily free allocation of 10,000 neurons"],
  3039: [400, "AiError", "Finetune is missing required files"],
  3040: [429, "AiError", "Capacity temporarily exceeded, please try again."],
  3041: [403, "AiError", "Account is not allowed to use this model"],
  3042: [404, "AiError", "Invalid model id"],
  3046: [408, "AiError", "Request timeout"],
  4006: [
    429,
    "AiError",
    "You have used up your daily free allocation of 10,000 neurons, please upgrade to Cloudflare's Workers Paid plan",
  ],
  5004: [400, "AiError", "Invalid data type for base64 input"],
  5005: [405, "AiError", "Model does not support LoRAs"],
  5006: [400, "AiError", "Bad input"],
  5007: [400, "NoSuchModel", "No such model or task"],
  5012: [422, "AiError", "Invalid input for the model"],
  5016: [403, "AiError", "Prior to using this model, you must submit the prompt 'agree'"],
  5018: [403, "AiError", "Account is not allowed to use this model"],
  5019: [405, "AiError", "Deprecated SDK version"],
  5021: [
    413,
    "AiError",
    "The estimated number of input and maximum output tokens exceeds this model's context window limit",
  ],
  5023: [400, "AiError", "JSON Schema mode is not supported with stream mode."],
  5024: [403, "AiError", "JSON Mode couldn't be met"],
  5025: [400, "AiError", "This model doesn't support JSON Schema."],
  5028: [410, "AiError", "This model has been deprecated"],
  5035: [403, "AiError", "This model requires the Workers Paid plan"],
  6003: [400, "AuthenticationError", "Invalid request headers"],
  6103: [400, "AuthenticationError", "Invalid format for X-Auth-Key header"],
  6111: [400, "AuthenticationError", "Invalid format for Authorization header"],
  7000: [404, "NotFound", "No route for that URI"],
  7001: [404, "AiError", "Model server not found"],
  7002: [404, "AiGatewayError", "Log not found"],
  7013: [503, "AiGatewayError", "Guardrails is unavailable"],
  7003: [404, "NotFound", "Could not route to this path, perhaps your object identifier is invalid?"],
  7505: [429, "AiError", "Too many requests"],
  8001: [400, "AiError", "Invalid input"],
  8006: [400, "AiError", "Forced tool call could not be completed"],
  8007: [400, "AiError", "This model's maximum context length is exceeded"],
  9106: [400, "AuthenticationError", "Missing Authorization header"],
  9109: [403, "AuthenticationError", "Invalid access token"],
  10000: [401, "AuthenticationError", "Authentication error"],
};

/** Every code that is known here. */
export const KNOWN_CODES = Object.keys(CODES).map(Number);

/** Codes of the API's front door; they carry no model-server decoration and a null `result`. */
const FRONT_DOOR = new Set([6003, 6103, 6111, 7000, 7002, 7003, 9106, 9109, 10000]);

/** An error as the service knows it, before a face has put it into one of its shapes. */
export class ServiceError extends Error {
  /**
   * @param {number} code the service's own code, such as 3040
   * @param {string} [text] replaces the code's usual text
   * @param {{ status?: number, headers?: Record<string, string> }} [more]
   */
  constructor(code, text, more = {}) {
    const [status, kind, usual] = CODES[code] ?? [500, "AiError", "Internal server error"];
    super(text ?? usual);
    this.name = "ServiceError";
    this.code = code;
    this.kind = kind;
    this.status = more.status ?? status;
    this.headers = more.headers ?? {};
  }

  get isFrontDoor() {
    return FRONT_DOOR.has(this.code);
  }
}

/** The service's answer to a mistake of its own. */
export const internalError = () => new ServiceError(500, "Internal server error", { status: 500 });

/** Input that fails the model's schema: 5006 from older models, 8001 from newer model servers. */
export const badInput = (model, text) =>
  model.dialect === "chat" || model.newServer
    ? new ServiceError(8001, `Invalid input: ${text}`)
    : new ServiceError(5006, `Bad input: Error: ${text}`);
