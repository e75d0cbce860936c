/** The suite of traps in a page. */
import "../traps/arm.mjs";
import * as slim from "workers-ai-wasm/slim";
import { runTrapSuite } from "../traps/suite.mjs";

const compiled = (name) => WebAssembly.compileStreaming(fetch(`/files/tests/traps/modules/${name}.wasm`));
const MODULES = ["core", "tasks", "objects", "openai", "vectors"];
const [core, tasks, objects, openai, vectors] = await Promise.all(MODULES.map(compiled));
slim.initSync(core, { tasks, objects, openai, vectors });
await runTrapSuite(slim, "chromium", (line) => globalThis.reportLine(JSON.stringify(line)));
