/** Any JSON object. */
export type JsonObject = { [name: string]: unknown };

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonObject | readonly unknown[];

/** A text as a part of a message. */
export interface TextPart {
  type: "text";
  text: string;
}

/** An image as a part of a message. */
export interface ImagePart {
  type: "image_url";
  image_url: {
    /** The image, in any form; a remote `https:` URL only if the model accepts one. */
    url: MediaInput;
    /** The resolution at which the model processes it. */
    detail?: "auto" | "low" | "high";
  };
}

/** A recording as a part of a message. */
export interface AudioPart {
  type: "input_audio";
  input_audio: { data: MediaInput; format: "wav" | "mp3" };
}

/** A file as a part of a message. */
export interface FilePart {
  type: "file";
  file: {
    /** A data URL, or bytes in any form. */
    file_data?: MediaInput;
    file_id?: string;
    filename?: string;
  };
}

/** A part of a message's content. */
export type ContentPart = TextPart | ImagePart | AudioPart | FilePart;

/** A tool call, as a model has made it and as it is returned in the conversation. */
export interface MessageToolCall {
  id?: string;
  type?: "function" | (string & {});
  /** The function, and its arguments as JSON text, or as an object if the model sent one. */
  function: { name: string; arguments: string | JsonObject };
}

/** The developer's instructions to the model. */
export interface SystemMessage {
  /** The role; newer models accept `"developer"` as well. */
  role: "system" | "developer";
  /** The text. */
  content: string | readonly TextPart[];
  /** A name to distinguish participants of the same role. */
  name?: string | undefined;
}

/** A user's message. */
export interface UserMessage {
  /** The role. */
  role: "user";
  /** The content: a text, or parts with images, recordings and files, if the model accepts them. */
  content: string | readonly ContentPart[];
  /** A name to distinguish participants of the same role. */
  name?: string | undefined;
}

/** An earlier message of the model. */
export interface AssistantMessage {
  /** The role. */
  role: "assistant";
  /** The content; may be absent beside tool calls. */
  content?: string | readonly (TextPart | { type: "refusal"; refusal: string })[] | null | undefined;
  /** The reasoning before it, to send it back to the model. */
  reasoning?: string | null | undefined;
  /** The same, as other models name it. */
  reasoning_content?: string | null | undefined;
  /** The reason for a refusal. */
  refusal?: string | null | undefined;
  /** A name to distinguish participants of the same role. */
  name?: string | undefined;
  /** An earlier audio answer. */
  audio?: { id: string } | null | undefined;
  /** The tool calls. */
  tool_calls?: readonly (MessageToolCall | LegacyToolCall | ChatToolCall)[] | null | undefined;
  /** A function call in the oldest form. */
  function_call?: { name: string; arguments: string } | null | undefined;
}

/** The result of a tool. */
export interface ToolMessage {
  /** The role; `"function"` is the oldest form. */
  role: "tool" | "function";
  /** The result; objects as JSON text. */
  content: string | readonly TextPart[] | null;
  /** The id of the call. Some models require nine letters and digits. */
  tool_call_id?: string | undefined;
  /** The tool. */
  name?: string | undefined;
}

/** One message of a conversation, for every method and every model. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** Parameters that this version does not know: they are sent unvalidated. */
export interface ExtraParameters {
  readonly [parameter: string]: unknown;
}

/** A tool that a model may call. */
export interface Tool {
  type: "function";
  function: {
    name: string;
    /** Its description. Some models reject a tool without one. */
    description?: string;
    /** A JSON Schema of its arguments. */
    parameters?: JsonObject;
    /** True if the arguments must match the schema. */
    strict?: boolean | null;
  };
}

/** A tool in the flat form. Newer models reject it: {@link Tool} works for all. */
export interface FlatTool {
  name: string;
  description: string;
  /** A JSON Schema of its arguments. */
  parameters: JsonObject;
}

/** A tool of a chat completion. */
export type ChatTool =
  | Tool
  | {
      type: "custom";
      custom: {
        name: string;
        description?: string;
        format?:
          | { type: "text" }
          | { type: "grammar"; grammar: { definition: string; syntax: "lark" | "regex" } };
      };
    };

/** Whether, and which, tools must be called. */
export type ChatToolChoice =
  | "none"
  | "auto"
  | "required"
  | { type: "function"; function: { name: string } }
  | { type: "custom"; custom: { name: string } }
  | { type: "allowed_tools"; allowed_tools: { mode: "auto" | "required"; tools: readonly JsonObject[] } };

/** JSON mode of the older models: `json_schema` is the schema itself. */
export interface JsonMode {
  type: "json_object" | "json_schema";
  /** A JSON Schema, bare. */
  json_schema?: unknown;
}

/** The form of a chat completion's answer: `json_schema` wraps the schema. */
export type ChatResponseFormat =
  | { type: "text" }
  | { type: "json_object" }
  | {
      type: "json_schema";
      json_schema: { name: string; description?: string; schema?: JsonObject; strict?: boolean | null };
    };

/** The amount of reasoning; each model supports some of these levels, and maps the others to its own. */
export type ReasoningEffort =
  | "none"
  | "minimal"
  | "low"
  | "medium"
  | "high"
  | "xhigh"
  | "max"
  | (string & {});

/** One item of the Responses dialect's input. */
export type ResponsesItem =
  | {
      type?: "message";
      role: "user" | "assistant" | "system" | "developer";
      content:
        | string
        | readonly (
            | { type: "input_text"; text: string }
            | { type: "input_image"; image_url: MediaInput; detail?: "auto" | "low" | "high" }
            | { type: "output_text"; text: string }
          )[];
    }
  | { type: "function_call"; call_id: string; name: string; arguments: string; id?: string; status?: string }
  | { type: "function_call_output"; call_id: string; output: string; id?: string; status?: string }
  | {
      type: "reasoning";
      id?: string;
      summary: readonly JsonObject[];
      content?: readonly JsonObject[];
      encrypted_content?: string | null;
    };

/** A tool of the Responses dialect, in the flat form. */
export interface ResponsesTool {
  type: "function";
  name: string;
  description?: string | null;
  /** A JSON Schema of its arguments. */
  parameters: JsonObject | null;
  strict?: boolean | null;
}

/** One input of a batch to an older language model. */
export type LegacyBatchRequest = SamplingParameters & {
  /** Returned with the answer. */
  external_reference?: string;
  response_format?: JsonMode;
} & ({ prompt: string; messages?: undefined } | { messages: readonly Message[]; prompt?: undefined });

/** One input of a batch of chat completions. */
export type ChatBatchRequest = ChatParameters & {
  /** Returned with the answer. */
  external_reference?: string;
} & ({ prompt: string; messages?: undefined } | { messages: readonly Message[]; prompt?: undefined });

/** One input of a batch to gpt-oss. */
export type GptOssBatchRequest =
  | ChatBatchRequest
  | {
      input: string | readonly ResponsesItem[];
      instructions?: string | null;
      reasoning?: {
        effort?: "minimal" | "low" | "medium" | "high" | null;
        summary?: "auto" | "concise" | "detailed" | null;
      };
      max_output_tokens?: number | null;
      external_reference?: string;
    };

/**
 * An image, a recording or a video for a decision model: its data URL, or its base64 and type, or media in
 * any form.
 */
export type DecisionMedia = MediaInput | { content_type: string; base64: string };

/** A question to a decision model. */
export type DecisionQuestion =
  | {
      /** Yes or no. */
      type: "noul";
      instructions: string | JsonObject | readonly unknown[];
      criteria?: {
        true?: string | JsonObject | readonly unknown[];
        false?: string | JsonObject | readonly unknown[];
      };
    }
  | {
      /** One of 2 to 255 options. */
      type: "choice";
      instructions: string | JsonObject | readonly unknown[];
      /** The options by id, each with its description or `null`. */
      criteria: Record<string, string | JsonObject | readonly unknown[] | null>;
    }
  | {
      /** A position on a scale. */
      type: "score";
      instructions: string | JsonObject | readonly unknown[];
      /** 2 to 10 levels, the lowest first. */
      criteria: readonly (string | JsonObject | readonly unknown[])[];
    };

/** A decision model's answer; probabilities are from 0 to 1. */
export type DecisionAnswer =
  | { type: "noul"; noul: number }
  | { type: "choice"; choice: string; probabilities: Record<string, number>; confidence: number }
  | {
      type: "score";
      /** May be between two levels. */
      score: number;
      /** The levels' descriptions, by their number. */
      legend: Record<string, unknown>;
      probabilities: Record<string, number>;
      confidence: number;
    };

/** A field that is to be extracted. */
export interface ExtractionField {
  type: "text" | "number" | "date" | "time" | "datetime" | "duration" | "list" | "estimate" | "forecast";
  instructions?: string;
  unit?: string;
  integer?: boolean;
  /** From 0 to 6. */
  decimals?: number;
  items?: "text" | "number" | "date";
  min?: number | string;
  max?: number | string;
  step?: number | string;
  scale?: "linear" | "log";
  null_threshold?: number;
  horizon?: number;
  interval?: "step" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
}

/** An extracted field. */
export interface ExtractionAnswer {
  type: string;
  value: any;
  guess?: any;
  p_null?: number;
  confidence?: number;
  span?: number[];
  spans?: number[][];
  mean?: any;
  median?: any;
  p10?: any;
  p90?: any;
  p_below?: number;
  p_above?: number;
  quantiles?: any[];
  steps?: any[];
}

/** Token counts, as the service names them. */
export interface ChatUsage {
  /** Tokens of the input. */
  prompt_tokens: number;
  /** Tokens of the answer, reasoning included. */
  completion_tokens: number;
  /** Both together. */
  total_tokens: number;
  /** Details of the input: tokens from the prefix cache, and of audio. */
  prompt_tokens_details?: { cached_tokens?: number; audio_tokens?: number } | null;
  /** Details of the answer: tokens of reasoning, of audio, of predictions. */
  completion_tokens_details?: {
    reasoning_tokens?: number;
    audio_tokens?: number;
    accepted_prediction_tokens?: number;
    rejected_prediction_tokens?: number;
  } | null;
  /** Neurons billed; newer models only. */
  neurons?: number;
}

/** Token counts of the Responses dialect. */
export interface ResponsesUsage {
  /** Tokens of the input. */
  input_tokens: number;
  /** Tokens of the answer, reasoning included. */
  output_tokens: number;
  /** Both together. */
  total_tokens: number;
  /** Details of the input: tokens from the prefix cache. */
  input_tokens_details?: { cached_tokens?: number } | null;
  /** Details of the answer: tokens of reasoning. */
  output_tokens_details?: { reasoning_tokens?: number } | null;
}

/** A tool call in the service's own dialect. */
export interface LegacyToolCall {
  name: string;
  /** Usually an object, sometimes its JSON text. */
  arguments: JsonObject | string;
}

/** A nested tool call in the service's own dialect. */
export interface NestedToolCall {
  id: string;
  type: string;
  function: { name: string; arguments: JsonObject | string };
}

/** A tool call in a chat completion. */
export type ChatToolCall =
  | {
      id: string;
      type: "function";
      function: {
        name: string;
        /** JSON text. */
        arguments: string;
      };
    }
  | { id: string; type: "custom"; custom: { name: string; input: string } };

/** The reason for the end of a chat completion. */
export type ChatFinishReason =
  | "stop"
  | "length"
  | "tool_calls"
  | "content_filter"
  | "function_call"
  | (string & {});

/** One answer of a chat completion. */
export interface ChatChoice {
  index: number;
  message: {
    role: "assistant";
    /** `null` or `""` beside tool calls, or if reasoning has used up the tokens. */
    content: string | null;
    refusal?: string | null;
    /** The reasoning; which of the two names is used depends on the model. */
    reasoning?: string | null;
    reasoning_content?: string | null;
    tool_calls?: ChatToolCall[] | null;
    annotations?: unknown[] | null;
    audio?: JsonObject | null;
    function_call?: { name: string; arguments: string } | null;
  };
  finish_reason: ChatFinishReason | null;
  stop_reason?: string | number | null;
  logprobs?: JsonObject | null;
}

/** One answer of a completion. */
export interface CompletionChoice {
  index: number;
  text: string;
  finish_reason: ChatFinishReason | null;
  stop_reason?: string | number | null;
  logprobs?: JsonObject | null;
  prompt_logprobs?: JsonObject | null;
}

/** One item of the Responses dialect's output. */
export type ResponsesOutputItem =
  | {
      type: "message";
      id: string;
      role: "assistant";
      status?: string;
      content: (
        | { type: "output_text"; text: string; annotations?: unknown[]; logprobs?: unknown[] }
        | { type: "refusal"; refusal: string }
      )[];
    }
  | {
      type: "function_call";
      call_id: string;
      name: string;
      /** JSON text. */
      arguments: string;
      id?: string;
      status?: string;
    }
  | {
      type: "reasoning";
      id: string;
      summary: { type: "summary_text"; text: string }[];
      content?: { type: "reasoning_text"; text: string }[];
      encrypted_content?: string | null;
      status?: string;
    };

/** A chunk of a stream in the service's own dialect. */
export interface LegacyChunk {
  /** More text; some models send numbers. */
  response?: string | number | null;
  tool_calls?: (LegacyToolCall | NestedToolCall)[];
  usage?: ChatUsage;
  finish_reason?: string | null;
  /** Random padding, against traffic analysis. */
  p?: string;
  choices?: undefined;
}

/** A chunk of a streamed chat completion, or of a completion (`text` instead of `delta`). */
export interface ChatChunk {
  id?: string | null;
  object?: string;
  created?: number;
  model?: string;
  choices: {
    index: number;
    delta?: {
      role?: string;
      content?: string | null;
      reasoning?: string | null;
      reasoning_content?: string | null;
      refusal?: string | null;
      tool_calls?:
        | {
            index?: number;
            id?: string | null;
            type?: string | null;
            function?: { name?: string | null; arguments?: string | JsonObject | null };
          }[]
        | null;
    };
    text?: string;
    finish_reason?: ChatFinishReason | null;
    logprobs?: JsonObject | null;
  }[];
  /** May be in any chunk; the last one counts. */
  usage?: ChatUsage | null;
  /** The same text again, from some models. */
  response?: string | number | null;
  /** Random padding, against traffic analysis. */
  p?: string;
  system_fingerprint?: string | null;
}

/** An event of a Responses stream. */
export interface ResponsesChunk {
  type: `response.${string}` | "error";
  sequence_number?: number;
  delta?: string;
  response?: JsonObject;
  item?: JsonObject;
  [field: string]: unknown;
}

/** A guard model's verdict on a conversation. */
export interface GuardVerdict {
  safe: boolean;
  /** `"S1"` to `"S14"`. */
  categories?: string[];
}

/** A part of a transcript; times in seconds. */
export interface WhisperSegment {
  /** Start time. */
  start?: number;
  /** End time. */
  end?: number;
  /** Its text. */
  text?: string;
  /** The temperature of its decoding. */
  temperature?: number;
  /** The model's confidence: the mean logarithm of the probabilities. */
  avg_logprob?: number;
  /** How repetitive the text is. */
  compression_ratio?: number;
  /** The probability that there is no speech, from 0 to 1. */
  no_speech_prob?: number;
  /** Its words with their times. */
  words?: { word?: string; start?: number; end?: number }[];
}

/** A transcript by Nova; times in seconds. */
export interface NovaResults {
  /** The transcript of each channel. */
  channels?: {
    alternatives?: {
      confidence?: number;
      transcript?: string;
      words?: {
        word?: string;
        start?: number;
        end?: number;
        confidence?: number;
        speaker?: number;
        punctuated_word?: string;
      }[];
    }[];
  }[];
  /** A summary, if it was requested. */
  summary?: { result?: string; short?: string };
  /** The sentiment, if it was requested. */
  sentiments?: {
    segments?: {
      text?: string;
      start_word?: number;
      end_word?: number;
      sentiment?: string;
      sentiment_score?: number;
    }[];
    average?: { sentiment?: string; sentiment_score?: number };
  };
}
