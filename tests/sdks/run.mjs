/** What the drivers call: programs of other SDKs, against the package as this runtime loaded it. */
import { doorsOf } from "../suite/doors.mjs";
import { run } from "../suite/harness.mjs";
import "./all.mjs";

/**
 * @param {object} lib the package's exports
 * @param {object} openai those of its entry `openai`
 * @param {object} settings plain data: `runtime`, and the servers of ../suite/doors.mjs
 * @param {{ binding?: object }} extras what only the driver has
 * @param {(line: object) => void} report
 */
export async function runSDKs(lib, openai, settings, extras, report) {
  const context = { lib, ...openai, ...settings, ...extras };
  await run({ ...context, doors: doorsOf(context) }, report);
}
