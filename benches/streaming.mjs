/** The streaming benchmark in the named runtimes: runs, prints, writes. */
import { judge } from "./goals.mjs";
import { heading, line, verdicts } from "./report.mjs";
import { save } from "./results.mjs";
import { RUNNERS } from "./runtimes/index.mjs";

/**
 * @param {Record<string, string>} programs
 * @param {string[]} runtimes
 * @param {object} settings see runtimes/driver.mjs
 */
export async function runStreaming(programs, runtimes, settings) {
  const results = {};
  for (const runtime of runtimes) {
    const cells = [];
    for (const text of heading(runtime)) console.log(text);
    const onLine = (json) => {
      const cell = JSON.parse(json);
      cells.push(cell);
      console.log(line(cell));
    };
    await RUNNERS[runtime]({ programs, settings, onLine });
    const goals = judge(runtime, cells);
    for (const text of verdicts(goals)) console.log(text);
    results[runtime] = { cells, goals };
  }
  console.log(`\nwritten to ${await save("streaming", { settings, runtimes: results })}`);
}
