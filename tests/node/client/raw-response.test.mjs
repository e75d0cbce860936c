/** A raw response that nobody holds any more leaves nothing on the caller's signal, which may live as long as the process. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MODEL, rest } from "./helpers.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

test("a raw response that was dropped leaves no listener on the signal", async () => {
  const { signal } = new AbortController();
  const ai = rest(async () => new Response("{}"));
  for (let call = 0; call < 20; call++) {
    const response = await ai.run(MODEL, {}, { returnRawResponse: true, signal });
    await response.text();
  }
  let left = getEventListeners(signal, "abort").length;
  // The collector takes its time: as many turns as it may need.
  for (let times = 0; times < 200 && left > 1; times++) {
    collect();
    await turn();
    left = getEventListeners(signal, "abort").length;
  }
  assert.ok(left <= 1, `${left} listeners`);
});

test("a raw response without a body leaves no listener at all", async () => {
  const { signal } = new AbortController();
  const ai = rest(async () => new Response(null, { status: 204 }));
  await ai.run(MODEL, {}, { returnRawResponse: true, signal });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a raw response that is being read ends with the signal", async () => {
  const controller = new AbortController();
  let requested;
  const ai = rest(async (_url, init) => {
    requested = init.signal;
    return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
  });
  const { body } = await ai.run(MODEL, {}, { returnRawResponse: true, signal: controller.signal });
  const reader = body.getReader();
  collect();
  await turn();
  controller.abort();
  assert.equal(requested.aborted, true);
  await reader.cancel();
});
