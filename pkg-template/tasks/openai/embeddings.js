// `embeddings.create`: OpenAI's list of embeddings.

import { kindOf, refusal } from "../../core.js";
import { encodeBase64 } from "../../kernels/index.js";
import { planned } from "../run-task.js";
import { sendRequest } from "./call.js";
import { wholeOf } from "./reply.js";

export async function embeddings_create(client, request, options) {
  const { encoding_format: format = "float", ...rest } = request ?? {};
  if (format !== "float" && format !== "base64") {
    throw refusal("encoding_format", 'encoding_format must be "float" or "base64".');
  }
  check(client, rest);
  const { model, input, user: _user, ...others } = rest;
  const isBinding = client.door === "binding";
  const sent = { model, ...(isBinding ? { text: input } : { input }), ...others };
  const { call, reply } = await sendRequest(client, "embeddings", sent, options);
  const answer = await wholeOf(call, reply);
  const list = isBinding ? listOf(answer, model) : answer;
  if (!Array.isArray(list?.data)) throw call.malformed("The answer has no data.");
  if (format === "float") return list;
  const data = list.data.map((item) => ({ ...item, embedding: base64Of(item.embedding) }));
  return { ...list, data };
}

/** The texts are those of `embed`, with its limits. */
function check(client, { model, input }) {
  if (Array.isArray(input) && input.some((item) => typeof item !== "string")) {
    const other = input.find((item) => typeof item !== "string");
    throw refusal("input", `input must be a string or an array of strings; there is ${kindOf(other)} in it.`);
  }
  try {
    planned(client, "embed", model, { text: input });
  } catch (error) {
    if (error?.field !== "text") throw error;
    throw refusal("input", error.message.replace(/^text /, "input "));
  }
}

function listOf({ data, usage }, model) {
  if (!Array.isArray(data)) return undefined;
  const items = data.map((embedding, index) => ({ object: "embedding", index, embedding }));
  return { object: "list", data: items, model, ...(usage === undefined ? {} : { usage }) };
}

/** Its bytes as 32-bit floats, the lowest first, as OpenAI has them. */
function base64Of(embedding) {
  if (typeof embedding === "string") return embedding;
  const bytes = new Uint8Array(embedding.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of embedding.entries()) view.setFloat32(at * 4, value, true);
  return encodeBase64(bytes);
}
