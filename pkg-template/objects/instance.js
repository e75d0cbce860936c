// The instance of the module with structured output and tools.

import { partOver } from "../client/part.js";
import * as glue from "../workers_ai_objects.js";
import { failRuns } from "./tools.js";

export const { wasm, install } = partOver(glue, (wasm) => wasm.onLoss(failRuns));
