/** The stages of `npm test`, in the order in which each lane runs them. */
import { bundledPage, plainPage } from "./stages/browser.mjs";
import { jsLint, typeTests } from "./stages/javascript.mjs";
import { nodeTests, packagingTests } from "./stages/node-tests.mjs";
import { bunSuite, denoSuite, nodeSuite } from "./stages/processes.mjs";
import { clippy, nativeTests, rustFormat, wasmTests } from "./stages/rust.mjs";
import { workerdSuite } from "./stages/workerd.mjs";

/**
 * @typedef {object} Environment
 * @property {Record<string, string>} programs the runtimes' paths, by name
 * @property {import("./consumer.mjs").Consumer} consumer
 * @property {Awaited<ReturnType<typeof import("./servers.mjs").startServers>>} servers
 */

/** @type {{ name: string, title: string, lane: "rust" | "javascript", run: (environment: Environment) => Promise<import("./tally.mjs").Tally> }[]} */
export const STAGES = [
  { name: "rustfmt", title: "Rust format", lane: "rust", run: rustFormat },
  { name: "cargo", title: "Rust tests, native", lane: "rust", run: nativeTests },
  { name: "clippy", title: "Rust lint, native and wasm32", lane: "rust", run: clippy },
  { name: "wasm", title: "Rust tests, wasm in Node", lane: "rust", run: wasmTests },
  { name: "lint", title: "JavaScript lint and format", lane: "javascript", run: jsLint },
  { name: "types", title: "TypeScript typings", lane: "javascript", run: typeTests },
  { name: "packaging", title: "The packed package", lane: "javascript", run: packagingTests },
  { name: "node20", title: "Node 20, import and require", lane: "javascript", run: nodeSuite("node20") },
  { name: "node24", title: "Node 24, import and require", lane: "javascript", run: nodeSuite("node24") },
  { name: "deno", title: "Deno", lane: "javascript", run: denoSuite },
  { name: "bun", title: "Bun, import and require", lane: "javascript", run: bunSuite },
  { name: "workerd", title: "workerd with the genuine env.AI", lane: "javascript", run: workerdSuite },
  { name: "chromium", title: "Chromium without a bundler", lane: "javascript", run: plainPage },
  { name: "vite", title: "Chromium, bundled by Vite", lane: "javascript", run: bundledPage },
  { name: "node-tests", title: "Tests that need Node", lane: "javascript", run: nodeTests },
];
