/** The fault matrix: every fault, at every door, through every kind of call. */
import { abortions } from "./abort.mjs";
import { bodies } from "./bodies.mjs";
import { CALLS, PROMPT } from "./calls.mjs";
import { check, Mismatch } from "./check.mjs";
import { connections } from "./connections.mjs";
import { doorsOf } from "./doors.mjs";
import { errorEvents, errorReplies, healthy, ids } from "./replies.mjs";
import { DIALECTS } from "./routes.mjs";
import { times } from "./times.mjs";
import { truncations } from "./truncations.mjs";

/** What each family yields: cells, see `runCell`. */
const FAMILIES = {
  "no fault": healthy,
  "error replies": errorReplies,
  "errors in streams": errorEvents,
  ids,
  "odd bodies": bodies,
  connections,
  times,
  "truncated at each byte": truncations,
  aborts: abortions,
};

/** So many cells at a time: most of them wait. */
const AT_A_TIME = 12;
/** Nothing takes that long: a cell that does hangs. */
const WATCHDOG_MS = 30_000;
/** So many cells are looked up at once at the service. */
const SETTLED_AT_ONCE = 200;

/**
 * @param {object} context what the driver has: `lib`, `inspect?`, `binding?`, `onUnhandled(listener)`, and the settings of the stage
 * @param {(line: object) => void} report gets `{ test, ok, error?, family, door }` for each cell and `{ done }` at the end
 */
export async function runMatrix(context, report) {
  const unhandled = [];
  context.onUnhandled((reason) => unhandled.push(String(reason?.stack ?? reason)));
  const secrets = [context.apiToken];
  const statuses = new Map(context.statuses);
  const about = { ...context, secrets, statusOf: (number) => statuses.get(number) };
  let done = 0;
  const tell = (line) => {
    done += 1;
    report(line);
  };
  const doors = doorsOf(context);
  for (const door of doors) {
    for (const [family, cellsOf] of Object.entries(FAMILIES)) {
      const run = [];
      let number = 0;
      const next = async (cell) => {
        number += 1;
        run.push(
          await runCell(
            { ...cell, id: `${context.runtime}.${door.name}.${family}.${number}`.replaceAll(" ", "-") },
            door,
            about,
          ),
        );
      };
      await inParallel(selected(cellsOf(door, about), context.every ?? 1), next);
      await checkEnds(run, door);
      for (const { cell, complaint } of run) {
        const line = {
          test: `${family}: ${cell.name}, ${cell.call} [${door.name}]`,
          family,
          door: door.name,
        };
        tell(complaint === undefined ? { ...line, ok: true } : { ...line, ok: false, error: complaint });
      }
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  for (const door of doors) tell(await checkStreams(door));
  const line = { test: "no rejection is left unhandled", family: "unhandled rejections", door: "all" };
  tell(
    unhandled.length === 0
      ? { ...line, ok: true }
      : { ...line, ok: false, error: unhandled.slice(0, 5).join("\n") },
  );
  report({ done });
}

/** Every so many-th cell: some runtimes run a part. */
function* selected(cells, every) {
  let index = 0;
  for (const cell of cells) if (index++ % every === 0) yield cell;
}

/** The workers share the generator: each takes what is next. */
async function inParallel(cells, work) {
  const worker = async () => {
    for (let step = cells.next(); !step.done; step = cells.next()) await work(step.value);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/**
 * One cell.
 *
 * @param {object} cell `name`; `call`, a kind of call, `raw`, or a name where `ask` is given; `fault` for the service's header; `expect`, see
 *   check.mjs; and what differs from the usual: `model`, `options`, `client`, `ask(ai, options, got)`, `cancels`
 */
async function runCell(cell, door, about) {
  const got = { text: "" };
  let requests = 0;
  const hooks = {
    ...cell.hooks,
    onRequest: (info) => {
      requests += 1;
      cell.hooks?.onRequest?.(info);
    },
  };
  const { maxRetries = 1, ...expected } = cell.expect;
  const headers = {
    "x-local-fault": [cell.fault, `id=${cell.id}`].filter(Boolean).join(", "),
    ...cell.headers,
  };
  const options = { maxRetries, ...cell.options, headers };
  const kind = CALLS[cell.call];
  const model = cell.model ?? kind?.model ?? DIALECTS.legacy.model;
  const ask = cell.ask ?? (cell.call === "raw" ? askRaw : kind.ask);
  let complaint;
  let outcome;
  let timer;
  try {
    const ai = door.client({ hooks, ...cell.client });
    const hang = new Promise((_, reject) => {
      timer = setTimeout(
        () => reject(new Mismatch(`it hangs: nothing within ${WATCHDOG_MS} ms`)),
        WATCHDOG_MS,
      );
    });
    const settled = ask(ai, model, options, got, about).then(
      (value) => ({ value, got }),
      (error) => ({ error, got }),
    );
    outcome = await Promise.race([settled, hang]);
    check(expected, outcome, about);
  } catch (error) {
    complaint = error instanceof Mismatch ? error.message : `the cell broke: ${error?.stack ?? error}`;
  } finally {
    clearTimeout(timer);
  }
  const { unseen = false, ...seen } = cell;
  return { cell: seen, count: unseen ? 0 : requests, complaint, outcome };
}

/** The engine gives a stream the first place that is free: the very first, if no other stream was left open. */
async function checkStreams(door) {
  const line = { test: `no stream is left open [${door.name}]`, family: "open streams", door: door.name };
  const stream = await door.client().streamText(DIALECTS.legacy.model, PROMPT);
  const reader = stream[Symbol.asyncIterator]();
  const { handle } = reader;
  await reader.return();
  return handle.id === 1 ? { ...line, ok: true } : { ...line, ok: false, error: `its place is ${handle.id}` };
}

async function askRaw(ai, model, options) {
  const response = await ai.run(model, { prompt: PROMPT }, { ...options, returnRawResponse: true });
  await response.text();
  return `status ${response.status}`;
}

/** Each request that was made has ended at the service, and those that were given up have been seen to be. */
async function checkEnds(run, door) {
  for (let at = 0; at < run.length; at += SETTLED_AT_ONCE) {
    const some = run.slice(at, at + SETTLED_AT_ONCE);
    const { open, ended } = await door.settled(some.map(({ cell, count }) => ({ id: cell.id, count })));
    for (const one of some) {
      const outcomes = ended[one.cell.id];
      if (open.includes(one.cell.id)) {
        one.complaint ??= `of at least ${one.count} requests the service has seen ${outcomes.length} end`;
      } else if (one.cell.cancels && outcomes.some(({ outcome }) => outcome !== "cancelled")) {
        one.complaint ??= `the service has seen no cancellation: ${JSON.stringify(outcomes)}`;
      }
      const { requestId } = one.outcome?.error ?? {};
      if (requestId !== undefined && one.count > 0 && !outcomes.some((call) => call.requestId === requestId))
        one.complaint ??= `the request id ${requestId} is none of the service's: ${JSON.stringify(outcomes)}`;
    }
  }
}
