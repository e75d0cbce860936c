// The core's instance, which contains the client and the stream engine.

import { GuardedModule } from "../wasm.js";
import { __wbg_reset_state, initSync, instantiateWith } from "../workers_ai_wasm.js";

export const wasm = new GuardedModule({ initSync, __wbg_reset_state, instantiateWith });
