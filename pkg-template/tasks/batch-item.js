// One answer of a batch, as the method that speaks to its model gives it.

import { isWorkersAIError, openStream, Reply, WorkersAIError } from "../core.js";
import { decodeBase64, sniff } from "../kernels/index.js";
import { vectorsOf } from "./embed.js";
import { Media } from "./media/media.js";

/** Members that hold media. */
const MEDIA = ["audio", "image"];

/**
 * @param {object} call the one that has brought the answer
 * @param {object} item of the core
 * @param {string} take how answers of the model are taken; see src/tasks/batch.rs
 * @returns {Promise<{ index: number, success: boolean, result?: object, error?: Error, externalReference?: string }>}
 */
export async function itemOf(call, { raw, text, result, error, ...item }, take) {
  if (error !== undefined) return { ...item, error: new WorkersAIError(error) };
  try {
    return { ...item, result: await TAKE[take](raw, { call, text, result }) };
  } catch (thrown) {
    if (!isWorkersAIError(thrown)) throw thrown;
    return { ...item, success: false, error: thrown };
  }
}

const TAKE = {
  raw: (raw) => raw,
  result: (raw, { result }) => ({ ...result, raw }),
  /** Read as a whole answer of `generateText` is. */
  async text(_raw, { call, text }) {
    const reply = new Reply({});
    reply.text = async () => text;
    const { meta: _meta, ...result } = await (await openStream(call, reply, false)).final();
    return result;
  },
  vectors(raw, { result }) {
    if (result.scores !== undefined) return { ...result, raw };
    const { count, dimensions } = result;
    const data = new Float32Array(count * dimensions);
    const rows = Array.isArray(raw) ? raw : Array.isArray(raw.data) ? raw.data : raw.response;
    for (const [row, values] of rows.entries()) data.set(values, row * dimensions);
    return { ...vectorsOf(result, data), raw };
  },
  media(raw) {
    const base64 = MEDIA.map((name) => raw[name]).find((value) => typeof value === "string");
    if (base64 === undefined) return raw;
    const bytes = decodeBase64(base64);
    return Object.assign(new Media(bytes, sniff(bytes) ?? "application/octet-stream"), { raw });
  },
};
