/** Runs the npm that started this process, for packing and installing. */
import { root, step } from "../../tools/setup/process.mjs";

/**
 * @param {string[]} args
 * @param {string} [cwd]
 */
export async function npm(args, cwd = root) {
  const own = process.env.npm_execpath;
  const advice = "Nothing of this needs the network; the output above says what happened.";
  if (own?.endsWith(".js")) await step(process.execPath, [own, ...args], advice, { cwd });
  else await step("npm", args, advice, { cwd });
}
