/** What every driver calls: the suites, against the package as this runtime loaded it. */
import "./all.mjs";
import { doorsOf } from "./doors.mjs";
import { run } from "./harness.mjs";

/**
 * @param {object} lib the package's exports
 * @param {object} settings plain data: `runtime`, and the servers of doors.mjs
 * @param {object} extras what only the driver has: `binding`, `environment`, `slim`, `wasm`
 * @param {(line: object) => void} report
 */
export async function runSuite(lib, settings, extras, report) {
  const context = { lib, ...settings, ...extras };
  await run({ ...context, doors: doorsOf(context) }, report);
}
