/** The suite of traps in workerd. */
import "../traps/arm.mjs";
import * as slim from "workers-ai-wasm/slim";
import core from "../traps/modules/core.wasm";
import objects from "../traps/modules/objects.wasm";
import openai from "../traps/modules/openai.wasm";
import tasks from "../traps/modules/tasks.wasm";
import vectors from "../traps/modules/vectors.wasm";
import { runTrapSuite } from "../traps/suite.mjs";
import { answerWithLines } from "./lines.mjs";

export default {
  async fetch(_request, _env, execution) {
    slim.initSync(core, { tasks, objects, openai, vectors });
    return answerWithLines(execution, (report) => runTrapSuite(slim, "workerd", report));
  },
};
