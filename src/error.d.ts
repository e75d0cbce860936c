/**
 * The stable names of the kinds of failure. New ones may be added; none is ever renamed. `ERRORS.md` of the package says of each, and
 * of every number of the service, whether it is retried and what to do.
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
 * | `MODEL_NOT_FOUND`, `MODEL_DEPRECATED` | there is no such model, or no longer |
 * | `NOT_FOUND` | there is no such log entry or finetune; see `field` |
 * | `INVALID_INPUT` | the input or an option of the call is refused; see `field` |
 * | `CONTEXT_EXCEEDED` | prompt and answer do not fit into the context window |
 * | `TOO_LARGE` | a request or a reply is larger than its bound |
 * | `CONTENT_BLOCKED` | a guardrail refused the prompt or the answer |
 * | `TIMEOUT` | a limit of time was reached, here or at the service (retried) |
 * | `ABORTED` | the caller gave up; `cause` is the signal's reason |
 * | `NETWORK` | the service could not be reached, or the connection broke (retried) |
 * | `TRUNCATED` | a stream ended before its answer did; see `partial` |
 * | `MALFORMED_RESPONSE` | the reply cannot be understood |
 * | `NO_OBJECT` | the model did not produce the structured answer |
 * | `SERVER` | the service failed (retried) |
 * | `CONFIG` | the client is not set up rightly; see `field` |
 * | `STREAM_CONSUMED` | a stream was read a second time |
 * | `INTERNAL` | this package has failed inside, by a bug or because memory was used up: the call is lost, with the streams and indexes that were open; the next call works |
 * | `UNKNOWN` | the service named a failure that this version does not know; see `internalCode` |
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

/** What was received of an answer before it broke. */
export interface PartialAnswer {
  /** The text so far. */
  text: string;
  /** The thinking so far, where the model shows it. */
  reasoning?: string;
  /** The tool calls so far; `arguments` is their raw text, which may be incomplete. */
  toolCalls: { id: string; name: string; arguments: string }[];
  /** Why the model stopped, if it has said so. */
  finishReason?: FinishReason;
  /** What it cost, if that has been said. */
  usage?: Usage;
  /** Of `streamObject`: the value so far. */
  object?: unknown;
  /** Of `runTools`: the steps that were done. */
  steps?: ToolStep[];
  /** Of `runTools`: the conversation so far, to go on with. */
  messages?: Message[];
  /** Of `runTools`: messages that had to go since the conversation got too long, the oldest first. */
  dropped?: Message[];
  /** Of `embedMany`: how many texts are done; `from` of the next attempt. The others are in {@link EmbedManyPartial}. */
  offset?: number;
}

/**
 * Every failure of this package. Its message says what happened and what to do; secrets and payloads are never in it.
 * Printed or turned into JSON, it shows its fields, but neither `cause` nor what the model has said (`partial`, `text`, `issues`).
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
  /** The kind of failure. Branch on this. */
  readonly code: WorkersAIErrorCode;
  /** The HTTP status of the reply that failed, or that broke off. */
  readonly status?: number;
  /** The service's own number, such as 3040. */
  readonly internalCode?: number;
  /** May the same request succeed a little later? */
  readonly retryable: boolean;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The service's id of the request, for a support ticket. */
  readonly requestId?: string;
  /** The gateway's id of its log entry. */
  readonly gatewayLogId?: string;
  /** How many requests were made. Absent if none was. */
  readonly attempts?: number;
  /** The option or input that was refused. */
  readonly field?: string;
  /** With the option `fallback`: the models that were asked, in their order, and why each of them failed. */
  readonly tried?: Tried[];
  /** Of `NO_OBJECT`: why the model stopped; `"length"` where the answer was cut. */
  readonly finishReason?: FinishReason;
  /** Of `NO_OBJECT`: what the model said. */
  readonly text?: string;
  /** Of `NO_OBJECT`: what is wrong with it by the schema; empty where there was no value at all. */
  readonly issues?: ObjectIssue[];
  /** Of `NO_OBJECT`: what the answer cost. */
  readonly usage?: Usage;
  /**
   * What was received before a stream, or the reading of an answer, broke. Some methods have a form of their own: {@link EmbedManyPartial},
   * {@link TranscribePartial}, {@link TranslatePartial}.
   */
  readonly partial?: PartialAnswer;
  /** The original value: what `fetch` or the binding threw, or the reason of the caller's signal. */
  readonly cause?: unknown;
  /** The fields without what the model has said, `cause` and `stack`. */
  toJSON(): Record<string, unknown>;
}

/**
 * Tells whether a value is a {@link WorkersAIError}, also one that another copy of this package, or another realm, has
 * made. Safer than `instanceof`.
 */
export function isWorkersAIError(value: unknown): value is WorkersAIError;
