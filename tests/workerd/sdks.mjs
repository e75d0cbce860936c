/** Programs of other SDKs in workerd, as one request to this Worker: the answer's body is the JSON lines. */
import * as lib from "workers-ai-wasm";
import * as openai from "workers-ai-wasm/openai";
import { runSDKs } from "../sdks/run.mjs";
import { answerWithLines } from "./lines.mjs";

export default {
  async fetch(request, env, execution) {
    const settings = await request.json();
    const extras = { binding: env.AI };
    return answerWithLines(execution, (report) => runSDKs(lib, openai, settings, extras, report));
  },
};
