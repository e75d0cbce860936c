/**
 * The contenders. Each `read`s a whole reply from its chunks, as its users would, and returns a proof: the
 * checksum of all `pieces`, or the `text` itself.
 */
import { contenders as bestJS } from "./best-js.mjs";
import { contenders as eventsourceParser } from "./eventsource-parser.mjs";
import { contenders as openai } from "./openai.mjs";
import { contenders as provider } from "./workers-ai-provider.mjs";
import { contenders as ours } from "./workers-ai-wasm.mjs";

export const CONTENDERS = [...ours, ...bestJS, ...eventsourceParser, ...openai, ...provider];
