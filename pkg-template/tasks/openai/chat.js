// `chat.completions.create`: OpenAI's chat completions, whatever dialect the model speaks.

import { openStream } from "../../core.js";
import { sendRequest } from "./call.js";
import { chunksOf, chunksOfWhole, completionOf, headOf } from "./completion.js";
import { converted } from "./converted.js";
import { isWhole, wholeOf } from "./reply.js";

export async function chat_create(client, request, options) {
  const { call, reply, input } = await sendRequest(client, "chat.completions", request, options);
  const head = headOf(call, reply);
  const asked = {
    wantsUsage: input.stream_options?.include_usage === true,
    limit: input.max_completion_tokens ?? input.max_tokens,
  };
  if (input.stream !== true) return completionOf(await wholeOf(call, reply), head, asked.limit);
  if (isWhole(reply)) {
    const completion = completionOf(await wholeOf(call, reply), head, asked.limit);
    return converted(call, reply, chunksOfWhole(completion, asked));
  }
  const stream = await openStream(call, reply, true);
  // The endpoint speaks it already.
  return call.isBinding ? converted(call, reply, chunksOf(stream, head, asked)) : stream;
}
