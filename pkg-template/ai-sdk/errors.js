// The AI SDK's error classes, as far as this provider throws them. `APICallError.isInstance` and its like look for marks in the global symbol
// registry, not for a class of one copy of the SDK.

import { named } from "../core.js";

const mark = (error, name) => Object.defineProperty(error, Symbol.for(name), { value: true });

/** What is not for a log: the request, and what has gone wrong below. */
const hide = (error, name, value) =>
  Object.defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false });

class AISDKError extends Error {
  constructor(kind, message, cause) {
    super(message);
    hide(this, "name", kind);
    hide(this, "cause", cause);
    mark(this, "vercel.ai.error");
    mark(this, `vercel.ai.error.${kind}`);
  }
}

/** A request that has failed. */
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

/** There is no such model, no longer, or it is for something else. */
export class NoSuchModelError extends AISDKError {
  constructor({ message, cause, modelId, modelType }) {
    super("AI_NoSuchModelError", message, cause);
    this.modelId = modelId;
    this.modelType = modelType;
  }
}

/** A token or an account is missing, or has the wrong form. */
export class LoadAPIKeyError extends AISDKError {
  constructor({ message, cause }) {
    super("AI_LoadAPIKeyError", message, cause);
  }
}

/** Another option of the client is wrong. */
export class LoadSettingError extends AISDKError {
  constructor({ message, cause }) {
    super("AI_LoadSettingError", message, cause);
  }
}

/** Something in the call was refused before anything was sent. */
export class InvalidArgumentError extends AISDKError {
  constructor({ message, cause, argument }) {
    super("AI_InvalidArgumentError", message, cause);
    this.argument = argument;
  }
}

/** An answer that cannot be understood. */
export class InvalidResponseDataError extends AISDKError {
  constructor({ message, cause, data }) {
    super("AI_InvalidResponseDataError", message, cause);
    hide(this, "data", data);
  }
}

/** The service says that the model did not produce the JSON of the request. */
export class NoObjectGeneratedError extends AISDKError {
  constructor({ message, cause, text, response, usage, finishReason }) {
    super("AI_NoObjectGeneratedError", message, cause);
    hide(this, "text", text);
    this.response = response;
    this.usage = usage;
    this.finishReason = finishReason;
  }
}

/** The SDK offers more than the model's interface can take. */
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
