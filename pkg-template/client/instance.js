// The core's instance: the client and the stream engine live in it.

import { Guard } from "../wasm.js";
import { __wbg_reset_state, initSync, instantiateWith } from "../workers_ai_wasm.js";

export const guard = new Guard({ initSync, __wbg_reset_state, instantiateWith });
