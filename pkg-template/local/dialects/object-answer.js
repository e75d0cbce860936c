import { ServiceError } from "../errors.js";

/** The object of a JSON-mode answer; text that isn't JSON is the service's own failure, not the caller's. */
export function parseObject(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError(5024);
  }
}
