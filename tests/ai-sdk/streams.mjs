/**
 * The streams of the table: bytes as the service sends them, and what is right to make of them. Most are those that the client's own tests read
 * (tests/fixtures/text_generation); what a network does to a stream, and what belongs to tools and JSON, is added here.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../../tools/setup/process.mjs";

const FOLDER = path.join(root, "tests", "fixtures", "text_generation");

const event = (data) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const chat = (delta, finish_reason = null) => event({ choices: [{ index: 0, delta, finish_reason }] });
const say = (content) => chat({ content });
const call = (fragment) => chat({ tool_calls: [fragment] });
const END = event("[DONE]");
const stop = chat({}, "stop");
const usage = (prompt_tokens, completion_tokens) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
});
const counts = (promptTokens, completionTokens) => ({ promptTokens, completionTokens });

/** `[name, bytes, what is right]`, with the members of the fixtures: `text`, `reasoning`, `toolCalls`, `finishReason`, `usage`, or `code` of a failure. */
const OWN = [
  [
    "numbers as tokens, older dialect",
    [event({ response: 20 }), event({ response: 24 }), event({ response: 0 }), END].join(""),
    { text: "20240", finishReason: "stop" },
  ],
  [
    "numbers as tokens, chat",
    [say(1), say(0), say("!"), stop, END].join(""),
    { text: "10!", finishReason: "stop" },
  ],
  [
    "true and false as tokens",
    [say(true), say(false), stop, END].join(""),
    { text: "truefalse", finishReason: "stop" },
  ],
  [
    "the daily quota in a stream",
    [
      say("Hi"),
      event({ errors: [{ code: 4006, message: "you have used up your daily free allocation" }] }),
    ].join(""),
    { code: "DAILY_QUOTA" },
  ],
  [
    "an internal code",
    [say("Hi"), event({ internalCode: 3040, message: "busy" }), END].join(""),
    { code: "CAPACITY" },
  ],
  [
    "event: error",
    [say("Hi"), 'event: error\ndata: {"message":"boom"}\n\n', END].join(""),
    { code: "SERVER" },
  ],
  [
    "broken JSON in the middle",
    [say("Hel"), 'data: {"choices":[{"del\n\n', say("lo"), stop, END].join(""),
    { code: "MALFORMED_RESPONSE" },
  ],
  ["the connection ends", [say("Hel"), say("lo")].join(""), { code: "TRUNCATED" }],
  [
    "the connection ends within a chunk",
    [say("Hel"), 'data: {"choices":[{"index":0,"delta":{"content":"lo"'].join(""),
    { code: "TRUNCATED" },
  ],
  [
    "two finish reasons",
    [say("Hello"), stop, chat({}, "length"), END].join(""),
    { text: "Hello", finishReason: "length" },
  ],
  [
    "text after the finish reason",
    [say("Hel"), chat({ content: "lo" }, "stop"), say("!"), END].join(""),
    { text: "Hello!", finishReason: "stop" },
  ],
  [
    "late usage",
    [say("Hello"), stop, event({ choices: [], usage: usage(5, 2) }), END].join(""),
    { text: "Hello", finishReason: "stop", usage: counts(5, 2) },
  ],
  [
    "usage in each chunk, and a last one",
    [
      event({ choices: [{ index: 0, delta: { content: "Hel" }, finish_reason: null }], usage: usage(5, 1) }),
      event({ choices: [{ index: 0, delta: { content: "lo" }, finish_reason: "stop" }], usage: usage(5, 2) }),
      event({ response: "", usage: usage(5, 2) }),
      END,
    ].join(""),
    { text: "Hello", finishReason: "stop", usage: counts(5, 2) },
  ],
  [
    "an empty finish reason in each chunk",
    [chat({ content: "Hel" }, ""), chat({ content: "lo" }, ""), stop, END].join(""),
    { text: "Hello", finishReason: "stop" },
  ],
  [
    "thinking as reasoning",
    [chat({ reasoning: "hm" }), say("4"), stop, END].join(""),
    { text: "4", reasoning: "hm", finishReason: "stop" },
  ],
  [
    "thinking as reasoning_content",
    [chat({ reasoning_content: "hm" }), say("4"), stop, END].join(""),
    { text: "4", reasoning: "hm", finishReason: "stop" },
  ],
  [
    "a call in pieces",
    [
      call({ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } }),
      call({ index: 0, function: { arguments: '{"n":' } }),
      call({ index: 0, function: { arguments: "1}" } }),
      chat({}, "tool_calls"),
      END,
    ].join(""),
    { text: "", finishReason: "tool-calls", toolCalls: [{ name: "f", arguments: '{"n":1}' }] },
  ],
  [
    "two calls, their pieces mixed",
    [
      call({ index: 0, id: "a", function: { name: "f", arguments: '{"n":' } }),
      call({ index: 1, id: "b", function: { name: "g", arguments: "{}" } }),
      call({ index: 0, function: { arguments: "1}" } }),
      chat({}, "tool_calls"),
      END,
    ].join(""),
    {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [
        { name: "f", arguments: '{"n":1}' },
        { name: "g", arguments: "{}" },
      ],
    },
  ],
  [
    "a call whose name comes late",
    [
      call({ index: 0, id: "a", function: { arguments: '{"n":' } }),
      call({ index: 0, function: { name: "f", arguments: "1}" } }),
      chat({}, "tool_calls"),
      END,
    ].join(""),
    { text: "", finishReason: "tool-calls", toolCalls: [{ name: "f", arguments: '{"n":1}' }] },
  ],
  [
    "a call that ends with stop",
    [call({ index: 0, id: "a", function: { name: "f", arguments: "{}" } }), stop, END].join(""),
    { text: "", finishReason: "tool-calls", toolCalls: [{ name: "f", arguments: "{}" }] },
  ],
  [
    "a call with large numbers",
    [
      call({ index: 0, id: "a", function: { name: "f", arguments: '{"n":12345678901234567890}' } }),
      chat({}, "tool_calls"),
      END,
    ].join(""),
    {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [{ name: "f", arguments: '{"n":12345678901234567890}' }],
    },
  ],
  [
    "calls of the older dialect",
    [
      event({ tool_calls: [{ name: "f", arguments: { n: 1 } }] }),
      event({ response: "", usage: usage(5, 2) }),
      END,
    ].join(""),
    {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [{ name: "f", arguments: '{"n":1}' }],
      usage: counts(5, 2),
    },
  ],
  [
    "an object as the response",
    [event({ response: { a: 1 } }), END].join(""),
    { text: '{"a":1}', finishReason: "stop" },
  ],
  [
    "comments and blank lines",
    [": ping\n\n", say("Hel"), ": ping\n\n\n", say("lo"), stop, END].join(""),
    { text: "Hello", finishReason: "stop" },
  ],
  [
    "CR LF, and no blank after the colon",
    [say("Hello"), stop, END].join("").replaceAll("\n", "\r\n").replaceAll("data: ", "data:"),
    { text: "Hello", finishReason: "stop" },
  ],
  ["no [DONE]", [say("Hello"), stop].join(""), { text: "Hello", finishReason: "stop" }],
  [
    "a byte order mark",
    `\uFEFF${[say("Hello"), stop, END].join("")}`,
    { text: "Hello", finishReason: "stop" },
  ],
  [
    "the content filter",
    [say("Hel"), chat({}, "content_filter"), END].join(""),
    { text: "Hel", finishReason: "content-filter" },
  ],
];

/** @returns {Promise<{ name: string, model?: string, body: string | Uint8Array, type: string, expect: object }[]>} */
export async function readStreams() {
  const replies = JSON.parse(await readFile(path.join(FOLDER, "replies.json"), "utf8"));
  const streams = replies.filter(({ events, type }) => events !== undefined || type === "text/event-stream");
  return [
    ...OWN.map(([name, body, expect]) => ({ name, body, type: "text/event-stream", expect })),
    ...streams.map(({ name, model, events, body, type = "text/event-stream", expect }) => ({
      name,
      model,
      body: events?.map(event).join("") ?? body,
      type,
      expect,
    })),
  ];
}
