// `responses.create`: OpenAI's Responses, for the models that speak them.

import { openStream, refusal } from "../../core.js";
import { sendRequest } from "./call.js";
import { converted } from "./converted.js";
import { isWhole, wholeOf } from "./reply.js";

/** Models that speak the Responses dialect on the binding, which has no endpoint that would translate. */
const SPEAKS = /\/gpt-oss-/;

export async function responses_create(client, request, options) {
  const model = request?.model;
  if (
    client.door === "binding" &&
    typeof model === "string" &&
    /^@[ch]f\//.test(model) &&
    !SPEAKS.test(model)
  ) {
    throw refusal(
      "model",
      `On the binding ${model} does not speak OpenAI's Responses: use chat.completions.create.`,
    );
  }
  const { call, reply, input } = await sendRequest(client, "responses", request, options);
  if (input.stream === true && !isWhole(reply)) return openStream(call, reply, true);
  const response = withText(await wholeOf(call, reply), call);
  return input.stream === true ? converted(call, reply, eventsOf(response)) : response;
}

/** `output_text` is made by clients; the service leaves it out. */
function withText(response, call) {
  if (response === null || typeof response !== "object" || !Array.isArray(response.output)) {
    throw call.malformed("The answer is no Response. Does the model speak this dialect?");
  }
  if (typeof response.output_text === "string") return response;
  const parts = response.output.flatMap((item) => (item?.type === "message" ? (item.content ?? []) : []));
  const texts = parts.map((part) => (part?.type === "output_text" ? part.text : ""));
  return { ...response, output_text: texts.join("") };
}

/** The events of an answer that came in one piece. */
async function* eventsOf(response) {
  const { output_text, ...started } = response;
  yield {
    type: "response.created",
    sequence_number: 0,
    response: { ...started, status: "in_progress", output: [] },
  };
  let sequence_number = 1;
  for (const [output_index, item] of response.output.entries()) {
    for (const [content_index, part] of (item.type === "message" ? (item.content ?? []) : []).entries()) {
      if (part?.type !== "output_text") continue;
      const at = { item_id: item.id, output_index, content_index };
      yield {
        type: "response.output_text.delta",
        sequence_number: sequence_number++,
        ...at,
        delta: part.text,
      };
    }
    yield { type: "response.output_item.done", sequence_number: sequence_number++, output_index, item };
  }
  yield { type: "response.completed", sequence_number, response: { ...started, output_text } };
}
