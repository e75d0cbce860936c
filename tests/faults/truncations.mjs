/** Replies that end after each of their bytes: cleanly, as a chunked reply may, or before the length that was said. */
import { CALLS, pieceOf } from "./calls.mjs";
import { DIALECTS, EMBEDDER, TEXT, VECTOR } from "./routes.mjs";

const encoder = new TextEncoder();
const sizeOf = (text) => encoder.encode(text).length;

export function* truncations(door) {
  yield* wholes(door);
  // What a binding hands over as a stream is the same whoever parses the rest.
  if (!door.parsed) yield* streams(door);
}

function* wholes(door) {
  for (const [call, model, value] of [
    ["run", DIALECTS.legacy.model, DIALECTS.legacy.json],
    ["generateText", DIALECTS.chat.model, DIALECTS.chat.json],
    ["embed", EMBEDDER, { shape: [1, VECTOR.length], data: [VECTOR] }],
  ]) {
    const answer = door.enveloped ? { result: value, success: true, errors: [], messages: [] } : value;
    const size = sizeOf(JSON.stringify(answer));
    for (let at = 0; at <= size; at++) {
      const cell = (how, fault, code) => ({
        name: `${call === "embed" ? "vectors" : "JSON"} ${how} at ${at} of ${size}`,
        call,
        model,
        fault: `truncate=${at}${fault}`,
        expect: at === size ? { text: CALLS[call].wanted } : { code, attempts: 1, status: undefined },
      });
      yield cell("ending", "", "MALFORMED_RESPONSE");
      // Without a connection nobody counts.
      if (door.wire) yield cell("cut off", ", sized", "NETWORK");
    }
  }
}

function* streams(door) {
  for (const [call, { model, events }] of [
    ["streamText events", DIALECTS.legacy],
    ["run stream", DIALECTS.legacy],
    ["streamText text()", DIALECTS.chat],
    ["streamText final()", DIALECTS.responses],
  ]) {
    const body = events.join("");
    const size = sizeOf(body);
    for (let at = 0; at <= size; at++) {
      const { text, isWhole } = textUntil(body.slice(0, at));
      const name = (how) => `${call} ${how} at ${at} of ${size}`;
      const ended = isWhole ? { text: TEXT } : { code: "TRUNCATED", attempts: 1, partial: text };
      yield { name: name("ending"), call, model, fault: `truncate=${at}`, expect: ended };
      if (!door.wire) continue;
      // What came before the break may be lost with it, but what was said to end the stream has ended it.
      const cut = { code: "NETWORK", attempts: 1, partial: true, cause: true };
      const expect =
        at === size ? { text: TEXT } : hasEnded(body.slice(0, at)) ? { either: [{ text: TEXT }, cut] } : cut;
      yield { name: name("cut off"), call, model, fault: `truncate=${at}, sized`, expect };
    }
  }
}

/** What the first bytes of a stream say: an unterminated last line counts if it is whole. */
function textUntil(bytes) {
  let text = "";
  let isWhole = false;
  for (const line of bytes.split("\n")) {
    if (line === "data: [DONE]") isWhole = true;
    if (!line.startsWith("data: {")) continue;
    let event;
    try {
      event = JSON.parse(line.slice(6));
    } catch {
      continue;
    }
    text += pieceOf(event);
    if (event.type === "response.completed" || event.choices?.[0]?.finish_reason) isWhole = true;
  }
  return { text, isWhole };
}

const hasEnded = (bytes) => textUntil(bytes).isWhole;
