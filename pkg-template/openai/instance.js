// The wasm instance of the OpenAI module.

import { partOver } from "../client/part.js";
import * as glue from "../workers_ai_openai.js";

export const { wasm, install } = partOver(glue);
