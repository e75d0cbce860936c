// The AI SDK's error classes, as far as this provider throws them. `APICallError.isInstance` and its like
// check symbols of the global registry, not the class of one copy of the SDK.

import { named } from "../core.js";

const mark = (error, name) => Object.defineProperty(error, Symbol.for(name), { value: true });

/** Hides private data from logs: the request and the cause. */
const hide = (error, name, value) =>
  Object.defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false });

export class AISDKError extends Error {
  constructor(kind, message, cause) {
    super(message);
    hide(this, "name", kind);
    hide(this, "cause", cause);
    mark(this, "vercel.ai.error");
    mark(this, `vercel.ai.error.${kind}`);
  }
}

/** A failed request. */
export class APICallError extends AISDKError {
  /** @param {{ message: string, url: string, requestBodyValues: unknown, statusCode?: number, responseHeaders?: object, isRetryable: boolean, data: object, cause: Error }} fields */
  constructor({ message, cause, url, requestBodyValues, statusCode, responseHeaders, isRetryable, data }) {
    super("AI_APICallError", message, cause);
    this.url = url;
    hide(this, "requestBodyValues", requestBodyValues);
    this.statusCode = statusCode;
    this.responseHeaders = responseHeaders;
    this.responseBody = undefined;
    this.isRetryable = isRetryable;
    this.data = data;
  }
}

/** The model does not exist, was removed, or is of another type. */
export class NoSuchModelError extends AISDKError {
  constructor({ message, cause, modelId, modelType }) {
    super("AI_NoSuchModelError", message, cause);
    this.modelId = modelId;
    this.modelType = modelType;
  }
}

/** A token or an account is missing or malformed. */
export class LoadAPIKeyError extends AISDKError {
  constructor({ message, cause }) {
    super("AI_LoadAPIKeyError", message, cause);
  }
}

/** Another option of the client is invalid. */
export class LoadSettingError extends AISDKError {
  constructor({ message, cause }) {
    super("AI_LoadSettingError", message, cause);
  }
}

/** The call was rejected before anything was sent. */
export class InvalidArgumentError extends AISDKError {
  constructor({ message, cause, argument }) {
    super("AI_InvalidArgumentError", message, cause);
    this.argument = argument;
  }
}

/** The answer is malformed. */
export class InvalidResponseDataError extends AISDKError {
  constructor({ message, cause, data }) {
    super("AI_InvalidResponseDataError", message, cause);
    hide(this, "data", data);
  }
}

/** The service reports that the model did not produce the requested JSON. */
export class NoObjectGeneratedError extends AISDKError {
  constructor({ message, cause, text, response, usage, finishReason }) {
    super("AI_NoObjectGeneratedError", message, cause);
    hide(this, "text", text);
    this.response = response;
    this.usage = usage;
    this.finishReason = finishReason;
  }
}

/** The SDK's call uses a feature that the model's interface lacks. */
export class UnsupportedFunctionalityError extends AISDKError {
  constructor({ functionality, message }) {
    super("AI_UnsupportedFunctionalityError", message);
    this.functionality = functionality;
  }
}

named({
  APICallError,
  NoSuchModelError,
  LoadAPIKeyError,
  LoadSettingError,
  InvalidArgumentError,
  InvalidResponseDataError,
  NoObjectGeneratedError,
  UnsupportedFunctionalityError,
});
