// An answer with rows of numbers. They go from the bytes into one Float32Array; no other form of them is ever made.

import { opened } from "../core.js";
import { FloatsReader } from "../kernels/index.js";
import { drain } from "./drain.js";

/** Members that hold rows. */
const ROWS = ["data", "response"];

/** `{ rest, raw, floats }`. In `rest` each row is how long it is; in `raw` it is a view into `floats`. */
export async function takeVectors(call, reply) {
  const reader = new FloatsReader();
  let text;
  try {
    await drain(call, reply, (chunk) => reader.push(chunk));
    text = reader.finish();
  } catch (error) {
    reader.close();
    throw error;
  }
  const rest = opened(call, reply, text);
  const floats = reader.floats();
  return { rest, raw: withRows(JSON.parse(rest), floats), floats };
}

/** What the service said, its numbers being those of `floats`. Nothing is copied. */
function withRows(answer, floats) {
  let at = 0;
  const view = (length) => floats.subarray(at, (at += length));
  const revived = (value) => {
    if (!Array.isArray(value)) {
      if (Array.isArray(value?.embedding)) value.embedding = view(value.embedding[0] ?? 0);
      return value;
    }
    return typeof value[0] === "number" ? view(value[0]) : value.map(revived);
  };
  if (Array.isArray(answer)) return revived(answer);
  for (const name of Object.keys(answer ?? {})) {
    if (ROWS.includes(name) && Array.isArray(answer[name])) answer[name] = revived(answer[name]);
  }
  return answer;
}
