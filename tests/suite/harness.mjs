/**
 * The smallest test harness that runs unchanged in Node, Deno, Bun, workerd and a page.
 *
 * A suite file registers its tests when it is imported; a driver then calls `run` with what its runtime has.
 */

/** Long enough for the slowest machine; a test that needs it hangs. */
const DEADLINE_MS = 60_000;

/** @type {{ name: string, body: Function, when: (context: object) => boolean, eachDoor: boolean }[]} */
const tests = [];

/**
 * @param {string} name
 * @param {(t: object) => Promise<void> | void} body gets the context of the runtime
 * @param {{ when?: (context: object) => boolean }} [options] `when`: whether the test says anything in this runtime
 */
export function test(name, body, { when = () => true } = {}) {
  tests.push({ name, body, when, eachDoor: false });
}

/**
 * A test for every way to the service that the runtime has; `t.door` is `{ name, client(options) }`.
 *
 * @param {string} name
 * @param {(t: object) => Promise<void> | void} body
 * @param {{ when?: (context: object) => boolean }} [options]
 */
export function testEachDoor(name, body, { when = () => true } = {}) {
  tests.push({ name, body, when, eachDoor: true });
}

/**
 * Runs everything that is registered, one after the other.
 *
 * @param {object} context
 * @param {(line: object) => void} report gets `{ test, ok, error? }` per test and `{ done: count }` at the end
 */
export async function run(context, report) {
  let count = 0;
  for (const { name, body, when, eachDoor } of tests) {
    if (!when(context)) continue;
    const variants = eachDoor
      ? context.doors.map((door) => ({ title: `${name} [${door.name}]`, t: { ...context, door } }))
      : [{ title: name, t: context }];
    for (const { title, t } of variants) {
      count += 1;
      report(await runOne(title, body, t));
    }
  }
  report({ done: count });
}

async function runOne(title, body, t) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    await Promise.race([(async () => body(t))(), deadline]);
    return { test: title, ok: true };
  } catch (error) {
    return { test: title, ok: false, error: describe(error) };
  } finally {
    clearTimeout(timer);
  }
}

function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? "";
  // V8 puts the message into the stack, others do not.
  return stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`;
}
