/** The entry without wasm in workerd, which hands over the .wasm file as a module. */
import * as slim from "workers-ai-wasm/slim";
import wasm from "workers-ai-wasm/wasm";
import openai from "workers-ai-wasm/wasm/openai";
import { runSlimSuite } from "../suite/slim.mjs";
import { answerWithLines } from "./lines.mjs";

export default {
  async fetch(_request, _env, execution) {
    return answerWithLines(execution, (report) => runSlimSuite(slim, wasm, openai, "workerd", report));
  },
};
