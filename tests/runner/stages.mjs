/** The stages of `npm test`, in the order in which they start. */
import { aiSdkTests } from "./stages/ai-sdk.mjs";
import { bundledPage, plainPage } from "./stages/browser.mjs";
import { faultMatrix } from "./stages/faults.mjs";
import { fuzzTargets } from "./stages/fuzz.mjs";
import { jsLint, typeTests } from "./stages/javascript.mjs";
import { nodeTests, packagingTests } from "./stages/node-tests.mjs";
import { bunSuite, denoSuite, nodeSuite } from "./stages/processes.mjs";
import { recipes } from "./stages/recipes.mjs";
import { clippy, nativeTests, rustFormat, wasmTests } from "./stages/rust.mjs";
import { sdkPrograms } from "./stages/sdks.mjs";
import { workerdSuite } from "./stages/workerd.mjs";

/**
 * @typedef {object} Environment
 * @property {Record<string, string>} programs the runtimes' paths, by name
 * @property {import("./consumer.mjs").Consumer} consumer
 * @property {Awaited<ReturnType<typeof import("./servers.mjs").startServers>>} servers
 */

/** @type {{ name: string, title: string, cargo: boolean, run: (environment: Environment) => Promise<import("./tally.mjs").Tally> }[]} */
export const STAGES = [
  { name: "rustfmt", title: "Rust format", cargo: true, run: rustFormat },
  { name: "cargo", title: "Rust tests, native", cargo: true, run: nativeTests },
  { name: "clippy", title: "Rust lint, native and wasm32", cargo: true, run: clippy },
  { name: "wasm", title: "Rust tests, wasm in Node", cargo: true, run: wasmTests },
  // Not a cargo stage: it has a target folder of its own.
  { name: "fuzz", title: "Fuzz targets", cargo: false, run: fuzzTargets },
  { name: "lint", title: "JavaScript lint and format", cargo: false, run: jsLint },
  { name: "types", title: "TypeScript typings", cargo: false, run: typeTests },
  { name: "packaging", title: "The packed package", cargo: false, run: packagingTests },
  { name: "node20", title: "Node 20, import and require", cargo: false, run: nodeSuite("node20") },
  { name: "node24", title: "Node 24, import and require", cargo: false, run: nodeSuite("node24") },
  { name: "deno", title: "Deno", cargo: false, run: denoSuite },
  { name: "bun", title: "Bun, import and require", cargo: false, run: bunSuite },
  { name: "workerd", title: "workerd with the genuine env.AI", cargo: false, run: workerdSuite },
  { name: "chromium", title: "Chromium without a bundler", cargo: false, run: plainPage },
  { name: "vite", title: "Chromium, bundled by Vite", cargo: false, run: bundledPage },
  { name: "sdks", title: "Programs of other SDKs", cargo: false, run: sdkPrograms },
  {
    name: "ai-sdk",
    title: "The AI SDK: other providers, a page with useChat",
    cargo: false,
    run: aiSdkTests,
  },
  { name: "faults", title: "The fault matrix", cargo: false, run: faultMatrix },
  { name: "recipes", title: "Recipes of the local service", cargo: false, run: recipes },
  { name: "node-tests", title: "Tests that need Node", cargo: false, run: nodeTests },
];
