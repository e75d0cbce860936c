// Runs of a gateway: the events of a stream are stored while they arrive, and for some time afterwards, so
// that a client whose connection broke can resume from any of them.

const MOST_RUNS = 100;
const LF = 10;
const CR = 13;

export class Runs {
  #runs = new Map();

  /**
   * Stores the chunks of a stream: `{ id, body }`, where `body` replaces it. The stream is read to its end
   * even if that body is not.
   */
  keep(gateway, body) {
    const id = crypto.randomUUID();
    const run = { gateway, events: [], done: false, error: undefined, waiting: [] };
    if (this.#runs.size >= MOST_RUNS) this.#runs.delete(this.#runs.keys().next().value);
    this.#runs.set(id, run);
    record(run, body);
    return { id, body: () => eventsFrom(run, 0) };
  }

  /** The events from a given one on; undefined if there is no such run. */
  resume(gateway, id, from) {
    const run = this.#runs.get(id);
    return run?.gateway === gateway ? () => eventsFrom(run, from) : undefined;
  }
}

async function* eventsFrom(run, from) {
  for (let at = from; ; at++) {
    while (at >= run.events.length && !run.done) await new Promise((resolve) => run.waiting.push(resolve));
    if (at < run.events.length) yield run.events[at];
    else if (run.error !== undefined) throw run.error;
    else return;
  }
}

async function record(run, body) {
  const wake = () => {
    for (const resolve of run.waiting.splice(0)) resolve();
  };
  let rest = new Uint8Array(0);
  try {
    for await (const value of body) {
      const bytes = new Uint8Array(rest.length + value.length);
      bytes.set(rest);
      bytes.set(value, rest.length);
      let begin = 0;
      for (let end = endOfEvent(bytes, begin); end > 0; end = endOfEvent(bytes, begin)) {
        run.events.push(bytes.subarray(begin, end));
        begin = end;
      }
      rest = bytes.subarray(begin);
      wake();
    }
    if (rest.length > 0) run.events.push(rest);
  } catch (error) {
    run.error = error;
  }
  run.done = true;
  wake();
}

/** The end of the event that begins at a position, after its empty line; 0 if it is incomplete. */
function endOfEvent(bytes, begin) {
  for (let at = begin + 1; at < bytes.length; at++) {
    if (bytes[at] !== LF) continue;
    if (bytes[at - 1] === LF || (bytes[at - 1] === CR && bytes[at - 2] === LF)) return at + 1;
  }
  return 0;
}
