/**
 * The stable codes of failures. New ones may be added; none is ever renamed. `ERRORS.md` of the package
 * documents for each, and for every error number of the service, whether it is retried and what to do.
 *
 * | code | what happened |
 * | --- | --- |
 * | `CAPACITY` | the model has no free capacity at the moment (retried) |
 * | `RATE_LIMITED` | too many requests in too short a time (retried) |
 * | `DAILY_QUOTA` | the free allocation of the day is used up until 00:00 UTC |
 * | `AUTH` | the token is missing, wrong, or lacks a permission |
 * | `FORBIDDEN` | the account may not use this |
 * | `PAYMENT_REQUIRED` | credits or a paid plan are needed |
 * | `SPEND_LIMIT` | the gateway's spend limit is used up until its window ends |
 * | `MODEL_NOT_FOUND`, `MODEL_DEPRECATED` | the model does not exist, or was removed |
 * | `NOT_FOUND` | the log entry or finetune does not exist; see `field` |
 * | `INVALID_INPUT` | the input or an option of the call is invalid; see `field` |
 * | `CONTEXT_EXCEEDED` | prompt and answer do not fit into the context window |
 * | `TOO_LARGE` | a request or a reply exceeds a size limit |
 * | `CONTENT_BLOCKED` | a guardrail rejected the prompt or the answer |
 * | `TIMEOUT` | a timeout expired, here or at the service (retried) |
 * | `ABORTED` | the caller aborted; `cause` is the signal's reason |
 * | `NETWORK` | the service could not be reached, or the connection broke (retried) |
 * | `TRUNCATED` | a stream ended before its answer did; see `partial` |
 * | `MALFORMED_RESPONSE` | the reply cannot be parsed |
 * | `NO_OBJECT` | the model did not produce the structured answer |
 * | `SERVER` | the service failed (retried) |
 * | `CONFIG` | the client's configuration is invalid; see `field` |
 * | `STREAM_CONSUMED` | a stream was read a second time |
 * | `INTERNAL` | an internal failure, by a bug or exhausted memory: the call is lost, with the open streams and indexes; the next call works |
 * | `UNKNOWN` | the service reported a failure that this version does not know; see `internalCode` |
 */
export type WorkersAIErrorCode =
  | "CAPACITY"
  | "RATE_LIMITED"
  | "DAILY_QUOTA"
  | "AUTH"
  | "FORBIDDEN"
  | "PAYMENT_REQUIRED"
  | "SPEND_LIMIT"
  | "MODEL_NOT_FOUND"
  | "MODEL_DEPRECATED"
  | "NOT_FOUND"
  | "INVALID_INPUT"
  | "CONTEXT_EXCEEDED"
  | "TOO_LARGE"
  | "CONTENT_BLOCKED"
  | "TIMEOUT"
  | "ABORTED"
  | "NETWORK"
  | "TRUNCATED"
  | "MALFORMED_RESPONSE"
  | "NO_OBJECT"
  | "SERVER"
  | "CONFIG"
  | "STREAM_CONSUMED"
  | "INTERNAL"
  | "UNKNOWN";

/** The part of an answer that was received before a failure. */
export interface PartialAnswer {
  /** The text so far. */
  text: string;
  /** The reasoning so far, if the model sends it. */
  reasoning?: string;
  /** The tool calls so far; `arguments` is their raw text, which may be incomplete. */
  toolCalls: { id: string; name: string; arguments: string }[];
  /** The reason why the model stopped, if it was received. */
  finishReason?: FinishReason;
  /** The usage, if it was received. */
  usage?: Usage;
  /** Of `streamObject`: the value so far. */
  object?: unknown;
  /** Of `runTools`: the completed steps. */
  steps?: ToolStep[];
  /** Of `runTools`: the conversation so far, to continue from. */
  messages?: Message[];
  /** Of `runTools`: messages that were dropped because the conversation was too long, the oldest first. */
  dropped?: Message[];
  /**
   * Of `embedMany`: the number of completed texts; pass it as `from` to continue. The other fields are in
   * {@link EmbedManyPartial}.
   */
  offset?: number;
}

/**
 * Every failure of this package. Its message says what happened and what to do; it never contains secrets or
 * payloads. Logs and JSON show its fields, except for `cause` and the model's output (`partial`, `text`,
 * `issues`).
 *
 * @example
 * ```ts
 * try {
 *   await ai.generateText("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "Hello");
 * } catch (error) {
 *   if (isWorkersAIError(error) && error.code === "DAILY_QUOTA") console.log("Come back tomorrow.");
 *   else throw error;
 * }
 * ```
 */
export class WorkersAIError extends Error {
  private constructor();
  readonly name: "WorkersAIError";
  /** The kind of failure, to branch on. */
  readonly code: WorkersAIErrorCode;
  /** The HTTP status of the reply that failed, or that broke off. */
  readonly status?: number;
  /** The service's own error number, such as 3040. */
  readonly internalCode?: number;
  /** True if the same request may succeed later. */
  readonly retryable: boolean;
  /** The delay that the service requests before a retry, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The service's id of the request, for a support ticket. */
  readonly requestId?: string;
  /** The gateway's id of its log entry. */
  readonly gatewayLogId?: string;
  /** The number of requests. Absent if there was none. */
  readonly attempts?: number;
  /** The invalid option or input. */
  readonly field?: string;
  /** With the option `fallback`: the models that were tried, in order, and the failure of each. */
  readonly tried?: Tried[];
  /** Of `NO_OBJECT`: the reason why the model stopped; `"length"` if the answer was cut off. */
  readonly finishReason?: FinishReason;
  /** Of `NO_OBJECT`: the model's text. */
  readonly text?: string;
  /** Of `NO_OBJECT`: the violations of the schema; empty if there was no value. */
  readonly issues?: ObjectIssue[];
  /** Of `NO_OBJECT`: the usage of the answer. */
  readonly usage?: Usage;
  /**
   * What was received before a stream, or the reading of an answer, broke. Some methods have a form of their own: {@link EmbedManyPartial},
   * {@link TranscribePartial}, {@link TranslatePartial}.
   */
  readonly partial?: PartialAnswer;
  /** The original value: what `fetch` or the binding threw, or the reason of the caller's signal. */
  readonly cause?: unknown;
  /** The fields without `cause`, `stack` and the model's output. */
  toJSON(): Record<string, unknown>;
}

/**
 * Returns true for a {@link WorkersAIError}, including one of another copy of this package or another realm.
 * Safer than `instanceof`.
 */
export function isWorkersAIError(value: unknown): value is WorkersAIError;
