/** The best hand-written loops, which yield the same events, chunk objects and text as the package. */
import { add } from "../checksum.mjs";
import { responseOf } from "../chunking.mjs";
import { contentOf } from "./content.mjs";
import { LineReader } from "./line-reader.mjs";

class Events extends LineReader {
  take(chunk, queue) {
    if (chunk.choices === undefined) {
      if (chunk.response) queue.push({ type: "text", text: chunk.response, raw: chunk });
    } else {
      const choice = chunk.choices[0];
      const { content, tool_calls } = choice.delta;
      if (content) queue.push({ type: "text", text: content, raw: chunk });
      if (tool_calls !== undefined) {
        for (const call of tool_calls) {
          const argumentsDelta = call.function.arguments;
          if (call.id === undefined)
            queue.push({ type: "tool-call-delta", index: call.index, argumentsDelta, raw: chunk });
          else {
            const { name } = call.function;
            queue.push({
              type: "tool-call-delta",
              index: call.index,
              id: call.id,
              name,
              argumentsDelta,
              raw: chunk,
            });
          }
        }
      }
      if (choice.finish_reason)
        queue.push({ type: "finish", finishReason: choice.finish_reason, raw: chunk });
    }
    if (chunk.usage) queue.push({ type: "usage", usage: chunk.usage, raw: chunk });
  }
}

class Chunks extends LineReader {
  take(chunk, queue) {
    queue.push(chunk);
  }
}

class Text extends LineReader {
  text = "";
  take(chunk) {
    const content = chunk.choices === undefined ? chunk.response : chunk.choices[0].delta.content;
    if (content) this.text += content;
  }
}

async function events(chunks) {
  let sum = 0;
  for await (const event of new Events(responseOf(chunks).body)) {
    if (event.type === "text") sum = add(sum, event.text);
    else if (event.type === "tool-call-delta") sum = add(sum, event.argumentsDelta);
  }
  return sum;
}

async function chunkObjects(chunks) {
  let sum = 0;
  for await (const chunk of new Chunks(responseOf(chunks).body)) sum = add(sum, contentOf(chunk));
  return sum;
}

async function text(chunks) {
  const reader = new Text(responseOf(chunks).body);
  // Nothing is queued, so the first read lasts to the end.
  await reader.next();
  return reader.text;
}

export const contenders = [
  { name: "JS: events", reads: "pieces", read: events },
  { name: "JS: chunks", reads: "pieces", read: chunkObjects },
  { name: "JS: text", reads: "text", read: text },
];
