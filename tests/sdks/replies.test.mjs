/**
 * What each interface makes of each reply of tests/fixtures/text_generation, whole and streamed: the same text, the same failures as the client. Read
 * without an SDK, since what those overlook is to be right as well.
 */
import { equal, ok } from "../suite/assert.mjs";
import { test } from "../suite/harness.mjs";
import replies from "../suite/replies.mjs";
import { responseOf } from "../suite/reply.mjs";

const MODEL = "@cf/meta/llama-3.1-8b-instruct";
const MESSAGES = [{ role: "user", content: "hi" }];

const textOf = (parts) => parts.map(({ text }) => text).join("");

/** What Anthropic's SDK gives as the input of a tool: an object, also where the tool gets a text. */
function checkInput(json) {
  const input = typeof json === "string" ? JSON.parse(json) : json;
  ok(input !== null && typeof input === "object" && !Array.isArray(input), JSON.stringify(json));
}

/** What OpenAI's own reader of streams needs: who speaks, and calls that are numbered 0, 1, …. */
function checkChunks(chunks) {
  const deltas = chunks.flatMap(({ choices }) => choices.slice(0, 1)).map(({ delta }) => delta);
  equal(deltas[0]?.role, "assistant");
  const places = new Set(deltas.flatMap(({ tool_calls = [] }) => tool_calls).map(({ index }) => index));
  equal(JSON.stringify([...places]), JSON.stringify([...places].map((_, at) => at)));
}

/** Of each interface: a request, the text of a whole reply, and that of an event; which event is the end. */
const INTERFACES = {
  "chat/completions": {
    request: { messages: MESSAGES },
    whole: ({ choices }) => choices[0].message.content ?? "",
    piece: ({ choices }) => choices[0]?.delta.content ?? "",
    isEnd: ({ choices }) => Boolean(choices[0]?.finish_reason),
    check: checkChunks,
  },
  messages: {
    request: { messages: MESSAGES, max_tokens: 100 },
    whole: ({ content }) => {
      for (const { input } of content.filter(({ type }) => type === "tool_use")) checkInput(input);
      return textOf(content.filter(({ type }) => type === "text"));
    },
    piece: ({ delta }) => (delta?.type === "text_delta" ? delta.text : ""),
    inputs: true,
    isEnd: ({ type }) => type === "message_stop",
  },
  responses: {
    request: { input: "hi" },
    whole: ({ output }) =>
      textOf(output.filter(({ type }) => type === "message").flatMap(({ content }) => content)),
    piece: ({ type, delta }) => (type === "response.output_text.delta" ? delta : ""),
    isEnd: ({ type }) => type === "response.completed" || type === "response.incomplete",
  },
};

/** The text of a reply, or the failure that it tells of. */
async function outcomeOf(response, streams, { whole, piece, isEnd, inputs = false, check = () => {} }) {
  const body = await response.text();
  if (!streams || response.status >= 400) {
    const answer = JSON.parse(body);
    return response.status >= 400 ? { failure: answer.error } : { text: whole(answer) };
  }
  let [text, isOver] = ["", false];
  const jsons = [];
  const values = [];
  for (const event of body.split("\n\n")) {
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (data === undefined || data === "[DONE]") continue;
    const value = JSON.parse(data);
    // As the SDKs do: anything there that is true is a failure.
    const failure = value.error || value.response?.error || (value.type === "error" && value);
    if (failure) return { failure };
    values.push(value);
    text += piece(value);
    const { partial_json: json } = value.delta ?? {};
    if (json !== undefined) jsons[value.index] = (jsons[value.index] ?? "") + json;
    isOver ||= isEnd(value);
  }
  ok(isOver, `no end: ${body.slice(-200)}`);
  if (inputs) jsons.forEach(checkInput);
  check(values);
  return { text };
}

for (const reply of replies) {
  const { name, expect, model = MODEL } = reply;
  test(`reply: ${name}`, async ({ lib, serveOpenAI }) => {
    for (const [path, spoken] of Object.entries(INTERFACES)) {
      // What has a choice is a chat completion already, and stays as it came.
      if (path === "chat/completions" && expect.cc === false) continue;
      for (const stream of [false, true]) {
        for (const cut of [false, true]) {
          const where = `${path}${stream ? ", streamed" : ""}${cut ? ", byte by byte" : ""}`;
          const ai = new lib.WorkersAI({
            binding: { run: async () => responseOf(reply, cut) },
            maxRetries: 0,
          });
          const { fetch, baseURL } = serveOpenAI(ai);
          const body = JSON.stringify({ ...spoken.request, model, stream });
          const headers = { "content-type": "application/json" };
          const response = await fetch(`${baseURL}/${path}`, { method: "POST", headers, body });
          const { text, failure } = await outcomeOf(response, stream, spoken);
          if (expect.code === undefined) {
            equal(failure, undefined, `${where}: ${JSON.stringify(failure)}`);
            equal(text, expect.text, where);
            continue;
          }
          ok(failure, `${where}: it must fail, not give ${JSON.stringify(text)}`);
          const words = failure.message;
          if (expect.says) ok(words.includes(expect.says), `${where}: ${words}`);
          if (expect.hides) ok(!words.includes(expect.hides), `${where}: ${words}`);
        }
      }
    }
  });
}
