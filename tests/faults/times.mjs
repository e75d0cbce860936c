/** What comes late, and what never comes. Nothing here asserts how long something took: a limit is far below what it cuts off. */
import { CALLS, STREAMED, WHOLE } from "./calls.mjs";
import { SILENT } from "./routes.mjs";

/** A limit that is reached. */
const SHORT = 60;
/** A wait that nobody sits out. */
const FOREVER = 600_000;
/** A limit that is not reached. */
const AMPLE = 25_000;

const timedOut = (option, more) => ({
  code: "TIMEOUT",
  message: new RegExp(`timeout\\.${option}`),
  status: undefined,
  internalCode: undefined,
  attempts: 1,
  ...more,
});

export function* times(door) {
  const calls = [...WHOLE, ...STREAMED];
  for (const call of calls) {
    const cell = (name, fault, timeout, expect) => ({
      name,
      call,
      fault,
      options: { timeout },
      cancels: expect.code === "TIMEOUT",
      // Where time is short, the service may not have been reached before it was over.
      unseen: expect.code === "TIMEOUT",
      expect,
    });
    const silent = { model: SILENT };
    yield { ...cell("no answer, total", "", SHORT, timedOut("total", { partial: null })), ...silent };
    const twice = timedOut("firstByte", { attempts: 2, partial: null });
    yield { ...cell("no answer, first byte", "", { firstByte: SHORT }, twice), ...silent };
    yield cell(
      "no answer at once, idle",
      `delay=${2 * SHORT}`,
      { idle: SHORT },
      { text: CALLS[call].wanted },
    );
    // A binding that parses an answer shows nothing of it before its end.
    if (door.parsed && !CALLS[call].streams) continue;
    for (const option of ["total", "firstByte", "idle"]) {
      const { attempts: _unsure, ...expect } = timedOut(option);
      yield cell(`headers and no byte, ${option}`, "stall=0", { [option]: SHORT }, expect);
    }
    for (const option of ["total", "idle"]) {
      const at = CALLS[call].streams ? 26 : 12;
      yield cell(`a stall in the middle, ${option}`, `stall=${at}`, { [option]: SHORT }, timedOut(option));
      yield cell(
        `one byte and a long wait, ${option}`,
        `chunk=1, pace=${FOREVER}`,
        { [option]: SHORT },
        timedOut(option),
      );
    }
    yield cell(
      "a byte now and then, total",
      "chunk=1, pace=80",
      { total: 4 * SHORT, idle: AMPLE },
      timedOut("total"),
    );
    const ample = { total: AMPLE, firstByte: AMPLE, idle: AMPLE };
    yield cell("a byte at a time, within the limits", "chunk=1, pace=1", ample, { text: CALLS[call].wanted });
    yield cell("a short wait, within the limits", "delay=5", ample, { text: CALLS[call].wanted });
  }
}
