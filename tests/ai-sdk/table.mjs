/** What this package's provider, `createAI` and `workers-ai-provider` make of the same streams. `node tests/ai-sdk/table.mjs` prints the table. */
import { pathToFileURL } from "node:url";
import { createWorkersAI as ours } from "workers-ai-wasm/ai-sdk";
import { createAI, createWorkersAI } from "./clients.mjs";
import { faultsOf, lineOf, outcomeOf } from "./outcome.mjs";
import { readStreams } from "./streams.mjs";

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

/** Each over the binding, which all of them know. */
const PROVIDERS = {
  ours: (binding, model) => ours({ binding })(model),
  createAI: (binding, model) => createAI({ binding })(model),
  "workers-ai-provider": (binding, model) => createWorkersAI({ binding })(model),
};

/** The genuine binding gives a response where that is asked for, else its body. */
const bindingOf = ({ body, type }) => ({
  async run(_model, _inputs, options) {
    const response = new Response(body, { headers: { "content-type": type } });
    return options?.returnRawResponse ? response : response.body;
  },
});

/** @returns {Promise<{ name: string, expect: object, cells: Record<string, { outcome: object, line: string, faults: string[] }> }[]>} */
export async function tableOf() {
  const rows = [];
  for (const stream of await readStreams()) {
    const cells = {};
    for (const [name, model] of Object.entries(PROVIDERS)) {
      const outcome = await outcomeOf(model(bindingOf(stream), stream.model ?? MODEL));
      cells[name] = { outcome, line: lineOf(outcome), faults: faultsOf(outcome, stream.expect) };
    }
    rows.push({ name: stream.name, expect: stream.expect, cells });
  }
  return rows;
}

/** @param {Awaited<ReturnType<typeof tableOf>>} rows */
export function* linesOf(rows) {
  for (const { name, cells } of rows) {
    yield name;
    for (const [who, { line, faults }] of Object.entries(cells))
      yield `  ${faults.length === 0 ? " " : "✗"} ${who.padEnd(20)} ${line}${faults.length === 0 ? "" : `   [${faults.join(", ")}]`}`;
  }
  yield "";
  for (const who of Object.keys(PROVIDERS)) {
    const right = rows.filter(({ cells }) => cells[who].faults.length === 0).length;
    yield `${who.padEnd(20)} right in ${right} of ${rows.length}`;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const line of linesOf(await tableOf())) console.log(line);
