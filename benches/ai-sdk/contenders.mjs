/**
 * Providers of the AI SDK, each with the same bytes: this package's, `createAI` of Cloudflare's `agents`, and
 * `workers-ai-provider`.
 */
import * as ours from "workers-ai-wasm/ai-sdk";
import { createAI, createWorkersAI } from "../../tests/ai-sdk/clients.mjs";
import { bodyOf, responseOf } from "../chunking.mjs";

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

/** @param {() => Uint8Array[]} chunks of the next reply */
export function modelsOf(chunks) {
  // The genuine binding returns a response if requested, else its body.
  const run = async (_model, _inputs, options) =>
    options?.returnRawResponse ? responseOf(chunks()) : bodyOf(chunks());
  const binding = { run };
  return {
    ours: ours.createWorkersAI({ binding })(MODEL),
    createAI: createAI({ binding })(MODEL),
    "workers-ai-provider": createWorkersAI({ binding })(MODEL),
  };
}
