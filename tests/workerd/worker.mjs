/** The suites in workerd, as one request to this Worker: the answer's body is the JSON lines. */
import * as lib from "workers-ai-wasm";
import * as aiSdk from "workers-ai-wasm/ai-sdk";
import { runSuite } from "../suite/run.mjs";
import { answerWithLines } from "./lines.mjs";

export default {
  async fetch(request, env, execution) {
    const settings = await request.json();
    return answerWithLines(execution, (report) =>
      runSuite(lib, settings, { aiSdk, binding: env.AI }, report),
    );
  },
};
