/** The AI SDK compared with other providers, and in a page: tests that need npm packages of their own. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { capture, root } from "../../../tools/setup/process.mjs";
import { installFolder } from "../folder.mjs";
import { fromTap } from "../tally.mjs";

const folder = path.join(root, "tests", "ai-sdk");

export async function aiSdkTests({ programs }) {
  await installFolder(folder);
  const files = readdirSync(folder).filter((file) => file.endsWith(".test.mjs"));
  const env = { ...process.env, CHROMIUM: programs.chromium };
  delete env.NODE_TEST_CONTEXT;
  // The SDK requires Node 22.
  const args = ["--test", "--test-reporter=tap", ...files];
  return fromTap(await capture(programs.node24, args, { cwd: folder, env }));
}
