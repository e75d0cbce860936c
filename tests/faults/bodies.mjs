/** Replies that are not what they say, or too much. */
import { CALLS, STREAMED, WHOLE } from "./calls.mjs";
import { TEXT } from "./routes.mjs";

/** What the platform makes of it differs; and the fetch of Node 20 sometimes says nothing at all, where the limit on silence has to. */
const undone = [
  { code: "NETWORK", attempts: 1, cause: true },
  { code: "TIMEOUT", attempts: 1 },
];
const silenceEnds = { options: { timeout: { idle: 2000 } } };

const malformed = { code: "MALFORMED_RESPONSE", status: undefined, internalCode: undefined, attempts: 1 };

export function* bodies(door) {
  // What a binding has parsed, it has judged.
  if (door.parsed) return;
  const replaced = `Hel\ufffd${TEXT.slice(3)}`;
  for (const call of WHOLE) {
    const cell = (name, fault, expect, more) => ({ name, call, fault, expect, ...more });
    const { wanted } = CALLS[call];
    yield cell("garbage", "noise=64", malformed);
    yield cell("a lot of garbage", "noise=100000", malformed);
    yield cell("nothing", "noise=0", malformed);
    yield cell("half an answer", "truncate=20", malformed);
    // The bytes say more than their type.
    yield cell("JSON as text/html", "content-type=text/html", { text: wanted });
    yield cell("a page in the answer's place", "content-type=text/html, noise=40", malformed);
    if (call !== "embed") {
      const offset = (door.enveloped ? 10 : 0) + 16;
      yield cell("invalid UTF-8", `invalid-utf8=${offset}`, { text: replaced });
    }
    const tooLarge = { code: "TOO_LARGE", attempts: 1, message: /maxResponseBytes/ };
    yield cell("too large", "huge=5000", tooLarge, { client: { maxResponseBytes: 4000 } });
    yield cell("large", "huge=5000", { text: wanted }, { client: { maxResponseBytes: 6000 } });
    yield cell("much too large", "huge=5000000", tooLarge, { client: { maxResponseBytes: 100_000 } });
    if (door.wire)
      yield cell("not compressed as it says", "bad-gzip", { either: [malformed, ...undone] }, silenceEnds);
    // Without a type it is taken for bytes by who takes bytes, and for a stream by who takes streams.
    const nothing = {
      run: { text: "0 bytes" },
      generateText: { either: [malformed, { code: "TRUNCATED", attempts: 1 }] },
      embed: malformed,
    }[call];
    yield cell("a success without a body", "empty=204", { either: [malformed, nothing] });
    yield cell("a success with an empty body", "empty=200", { either: [malformed, nothing] });
    const unknown = { code: "UNKNOWN", status: 304, attempts: 1 };
    // The proxy passes nothing on that leads elsewhere.
    const elsewhere = { code: "SERVER", status: 502, attempts: 2 };
    yield cell("not modified", "empty=304", door.proxied ? elsewhere : unknown);
  }
  for (const call of STREAMED) {
    const cell = (name, fault, expect, more) => ({ name, call, fault, expect, ...more });
    const { wanted } = CALLS[call];
    const nothing = { code: "TRUNCATED", status: undefined, attempts: 1, partial: "" };
    yield cell("garbage", "noise=64", { ...malformed, partial: "" });
    yield cell("nothing", "noise=0", nothing);
    yield cell("an event that is no JSON", "garbage", { ...malformed, partial: "Hel" });
    yield cell("no end marker", "no-done", { code: "TRUNCATED", attempts: 1, partial: TEXT });
    yield cell("a stream as text/html", "content-type=text/html", { text: wanted });
    yield cell("a stream as JSON", "content-type=application/json", { text: wanted });
    yield cell("a stream as text", "content-type=text/plain", { text: wanted });
    yield cell("a stream as bytes", "content-type=application/octet-stream", { text: wanted });
    yield cell("JSON instead of a stream", "whole-json", { text: wanted });
    yield cell("JSON instead of a stream, as a stream", "whole-json, content-type=text/event-stream", {
      text: wanted,
    });
    yield cell("invalid UTF-8", "invalid-utf8=22", { text: replaced });
    const tooLarge = { code: "TOO_LARGE", attempts: 1, message: /maxEventBytes/, partial: "" };
    yield cell("too large an event", "huge=5000", tooLarge, { client: { maxEventBytes: 4000 } });
    yield cell("much too large an event", "huge=3000000", tooLarge, { client: { maxEventBytes: 4000 } });
    yield cell(
      "a large event",
      "huge=5000",
      { text: "x".repeat(5000) + wanted },
      { client: { maxEventBytes: 6000 } },
    );
    if (door.wire)
      yield cell(
        "not compressed as it says",
        "bad-gzip",
        { either: [nothing, malformed, ...undone] },
        silenceEnds,
      );
    yield cell("a success without a body", "empty=204", { either: [malformed, nothing] });
    yield cell("a success with an empty body", "empty=200", { either: [malformed, nothing] });
  }
}
