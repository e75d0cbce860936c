/** Joins the two halves of the package once: the client and the stream reader learn of the wasm. */
import { connect } from "./client/core.js";
import { setup } from "./stream/index.js";
// By name, so that what is not used of the glue stays out of the bundle.
import {
  core_answer,
  core_call,
  core_client,
  core_failure,
  core_media,
  core_open,
  core_redirect,
  core_request,
  core_retry,
  core_text_input,
  core_thrown,
  core_token,
  core_verdict,
  stream_synthesize,
  stream_trouble,
  stream_usage,
} from "./workers_ai_wasm.js";

export { WorkersAI } from "./client/index.js";
export { isWorkersAIError, WorkersAIError } from "./error.js";
export { events } from "./stream/index.js";

const glue = {
  core_answer,
  core_call,
  core_client,
  core_failure,
  core_media,
  core_open,
  core_redirect,
  core_request,
  core_retry,
  core_text_input,
  core_thrown,
  core_token,
  core_verdict,
  stream_synthesize,
  stream_trouble,
  stream_usage,
};

let installed = false;

/** @returns {boolean} whether the wasm is in place, by whichever entry */
export function isInstalled() {
  return installed;
}

/**
 * Every entry calls this with what the glue's `initSync` gave; more than once is harmless.
 *
 * @param {WebAssembly.Exports} exports
 */
export function install(exports) {
  if (installed) return;
  setup(exports, glue);
  connect(glue);
  installed = true;
}
