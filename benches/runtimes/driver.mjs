/** Runs the plan inside a runtime: reports one line of JSON per cell. */
import { measureCell } from "../cell.mjs";
import { planOf } from "../plan.mjs";

/**
 * @param {{ tokens?: number, rounds?: number, cells?: string }} settings `cells`: only those whose name
 *   contains this
 * @param {(line: string) => unknown} say
 */
export async function drive({ cells, ...sizes }, say) {
  const plan = planOf(sizes).filter(({ kind, payload, chunking }) =>
    cells === undefined ? true : `${kind} ${payload} ${chunking}`.includes(cells),
  );
  for (const cell of plan) await say(JSON.stringify({ ...cell, times: await measureCell(cell) }));
}
