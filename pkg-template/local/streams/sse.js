const encoder = new TextEncoder();

/** One server-sent event that carries a JSON value. */
export const event = (value, name) => `${name ? `event: ${name}\n` : ""}data: ${JSON.stringify(value)}\n\n`;

/** The usual, though not guaranteed, end of the service's streams. */
export const DONE = "data: [DONE]\n\n";

/** Encodes each text as one chunk of bytes. */
export async function* encodeText(texts) {
  for await (const text of texts) yield encoder.encode(text);
}

/** Reads the `data` of each event from a stream of bytes. Enough for OpenAI-compatible servers: one line of JSON per event. */
export async function* dataLines(chunks) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? "";
    yield* dataOf(lines);
  }
  yield* dataOf([rest + decoder.decode()]);
}

function* dataOf(lines) {
  for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).trim();
}
