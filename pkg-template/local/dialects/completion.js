// `text_completion`: the answer of some chat models to a bare `prompt` on `/run`.

import { DONE, event } from "../streams/sse.js";
import { chat } from "./chat.js";
import { chatUsage } from "./usage.js";

const identity = ({ id, created, model }) => ({
  id: `cmpl-${id}`,
  object: "text_completion",
  created,
  model: model.id,
});

function whole(answer, context) {
  return {
    ...identity(context),
    choices: [
      { index: 0, text: answer.text, logprobs: null, finish_reason: answer.finishReason, stop_reason: null },
    ],
    usage: chatUsage(answer.usage),
  };
}

async function* stream(pieces, context) {
  const chunk = (text, reason) =>
    event({ ...identity(context), choices: [{ index: 0, text, logprobs: null, finish_reason: reason }] });
  for await (const piece of pieces) {
    if (piece.type === "text") yield chunk(piece.text, null);
    else if (piece.type === "finish") {
      yield chunk("", piece.finishReason);
      yield event({
        response: "",
        usage: { ...chatUsage(piece.usage), neurons: context.neurons(piece.usage) },
      });
    }
  }
  yield DONE;
}

export const completion = { read: chat.read, whole, stream };
