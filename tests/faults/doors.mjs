/** The doors of the matrix, each with what an expectation has to know of it. */
import { createLocalAI } from "workers-ai-wasm/local";
import { Ledger } from "./ledger.mjs";
import { routesOf } from "./routes.mjs";

const REST_HOST = "https://api.cloudflare.com";

/**
 * @typedef {object} Door
 * @property {string} name
 * @property {boolean} wire is there a connection that can break?
 * @property {boolean} enveloped do answers come in the REST API's envelope?
 * @property {boolean} proxied does the proxy stand between?
 * @property {boolean} parsed does the binding answer with values and throw its errors, as without `returnRawResponse`?
 * @property {(options?: object) => object} client
 * @property {(cells: { id: string, count: number }[]) => Promise<{ open: string[], ended: object }>} settled
 */

/**
 * @param {object} context the runtime's, see matrix.mjs
 * @returns {Door[]}
 */
export function doorsOf({ lib, restOrigin, closedOrigin, accountId, apiToken, front, binding, pageOnly }) {
  const doors = [];
  const overThere = (cells) =>
    fetch(`${front}/settled`, { method: "POST", body: JSON.stringify(cells) }).then((answer) =>
      answer.json(),
    );
  const door = (name, traits, client, settled = overThere) =>
    doors.push({
      name,
      wire: true,
      enveloped: false,
      proxied: false,
      parsed: false,
      client,
      settled,
      ...traits,
    });
  if (!pageOnly) {
    const viaLocal = fetchFrom(restOrigin, closedOrigin);
    door(
      "rest",
      { enveloped: true },
      (options) => new lib.WorkersAI({ accountId, apiToken, fetch: viaLocal, ...options }),
    );
  }
  door(
    "proxy",
    { enveloped: true, proxied: true },
    (options) => new lib.WorkersAI({ baseURL: `${front}/ai`, ...options }),
  );
  if (binding) {
    door("binding", {}, (options) => new lib.WorkersAI({ binding, ...options }));
    return doors;
  }
  const ledger = new Ledger();
  const local = createLocalAI({
    engine: "stand-in",
    env: {},
    routes: routesOf(ledger.begun),
    onCall: ledger.ended,
  });
  const here = (cells) => ledger.settled(cells);
  door("stub", { wire: false }, (options) => new lib.WorkersAI({ binding: local, ...options }), here);
  const plain = {
    run: (model, inputs, { returnRawResponse: _raw, ...options }) => local.run(model, inputs, options),
  };
  door(
    "plain stub",
    { wire: false, parsed: true },
    (options) => new lib.WorkersAI({ binding: plain, ...options }),
    here,
  );
  return doors;
}

/** The global fetch, with the local service in the place of Cloudflare's host; nobody listens where a refusal is asked for. */
function fetchFrom(origin, closedOrigin) {
  return (input, init) => {
    const url = String(input?.url ?? input);
    if (!url.startsWith(`${REST_HOST}/`)) throw new Error(`a request for another host: ${new URL(url).host}`);
    const refused = init?.headers?.["x-local-refused"] !== undefined;
    return fetch((refused ? closedOrigin : origin) + url.slice(REST_HOST.length), init);
  };
}
