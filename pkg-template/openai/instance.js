// The instance of the module with OpenAI's HTTP interface.

import { partOver } from "../client/part.js";
import * as glue from "../workers_ai_openai.js";

export const { wasm, install } = partOver(glue);
