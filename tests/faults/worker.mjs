/** The matrix in workerd, as one request to this Worker: the answer's body is the JSON lines. */
import * as lib from "workers-ai-wasm";
import { answerWithLines } from "../workerd/lines.mjs";
import { runMatrix } from "./matrix.mjs";

const onUnhandled = (listener) =>
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    listener(event.reason);
  });

export default {
  async fetch(request, env, execution) {
    const settings = await request.json();
    return answerWithLines(execution, (report) =>
      runMatrix({ lib, onUnhandled, binding: env.AI, ...settings }, report),
    );
  },
};
