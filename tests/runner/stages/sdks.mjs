/**
 * Programs written for other SDKs, with the package's entry `openai`: in Node, in workerd with the genuine
 * `env.AI`, and in a page through the proxy.
 */
import path from "node:path";
import { root } from "../../../tools/setup/process.mjs";
import { lend } from "../consumer.mjs";
import { installFolder } from "../folder.mjs";
import { sum } from "../tally.mjs";
import { buildPages, runPage } from "./browser.mjs";
import { drive } from "./processes.mjs";
import { runWorker } from "./workerd.mjs";

/**
 * Packages that a user would have installed; linked as they are, so that their own dependencies are found.
 */
const SDKS = [
  "openai",
  "@anthropic-ai/sdk",
  "@ai-sdk/openai-compatible",
  "ai",
  "@langchain/core",
  "@langchain/openai",
  "zod",
];

/** npm packages in a folder of their own: LlamaIndex depends on another version of `openai`. */
const OTHERS = path.join(root, "tests", "llamaindex");
const OF_OTHERS = ["@llamaindex/core", "@llamaindex/env", "@llamaindex/openai"];

export async function sdkPrograms(environment) {
  const { consumer, programs, servers } = environment;
  await lend(consumer, SDKS);
  await installFolder(OTHERS);
  await lend(consumer, OF_OTHERS, OTHERS);
  const prefix = await buildPages(environment, "sdks", ["sdks.html"]);
  return sum([
    await drive(environment, "node24 SDKs", "node24", ["tests/node/sdks.mjs"]),
    await drive(environment, "node24 LlamaIndex", "node24", ["tests/node/llamaindex.mjs"]),
    await runWorker(environment, "workerd SDKs", "sdks"),
    await runPage("page SDKs", programs.chromium, `${servers.pages}${prefix}sdks.html`),
  ]);
}
