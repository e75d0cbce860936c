/** Runtimes whose own functions throw: the call says so, or goes on, and the next one works. */
import { equal, rejects } from "./assert.mjs";
import { withClock } from "./clock.mjs";
import { MODELS } from "./doors.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

const fine = () =>
  jsonResponse({
    success: true,
    result: { response: "fine", description: "fine", shape: [1, 1], data: [[1]] },
  });

/** Runs a test with another function in the place of one of the runtime's. */
async function replaced(owner, name, by, body) {
  const own = owner[name];
  owner[name] = by;
  try {
    return await body();
  } finally {
    owner[name] = own;
  }
}

const refuse = (message) => () => {
  throw new Error(message);
};

test("a runtime that starts no timer, as Workers outside of a request: the call says so", async ({ lib }) => {
  const { fetch, requests } = recorder(fine);
  const ai = restClient(lib, { fetch });
  const methods = [
    () => ai.run(MODELS.legacy, { prompt: "x" }),
    () => ai.generateText(MODELS.legacy, "x"),
    () => ai.streamText(MODELS.legacy, "x"),
    () => ai.embed("@cf/baai/bge-m3", "x"),
    () => ai.models.list(),
  ];
  // The part with the tasks is loaded before.
  await ai.embed("@cf/baai/bge-m3", "x");
  for (const method of methods) {
    const before = requests.length;
    const begun = replaced(globalThis, "setTimeout", refuse("Disallowed operation."), async () => {
      const error = await rejects(method(), { code: "CONFIG", message: /timer.*inside a request/ });
      equal(error.cause.message, "Disallowed operation.");
    });
    await begun;
    equal(requests.length, before);
    equal((await ai.generateText(MODELS.legacy, "x")).text, "fine");
  }
});

test("a console that throws, as in strict test set-ups: hooks and warnings do no harm", async ({ lib }) => {
  const { fetch, requests } = recorder(fine);
  const hooks = {
    onRequest: refuse("a hook"),
    onResponse: async () => {
      throw new Error("a hook");
    },
  };
  const ai = restClient(lib, { fetch, hooks });
  let reported = 0;
  const report = () => {
    reported++;
    throw new Error("console");
  };
  await replaced(console, "error", report, async () => {
    equal((await ai.generateText(MODELS.legacy, "x")).text, "fine");
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
  equal(reported, 2);
  let warned = 0;
  const warn = () => {
    warned++;
    throw new Error("console");
  };
  // A deprecated model that no other test uses: each model is warned of once.
  await replaced(console, "warn", warn, () =>
    ai.describeImage("@cf/unum/uform-gen2-qwen-500m", new Uint8Array([0x89, 0x50, 0x4e, 0x47])),
  );
  equal(warned, 1);
  equal((await ai.generateText(MODELS.legacy, "x")).text, "fine");
  equal(requests.length, 3);
});

test("a limit ends a call at its time, whatever the fractions of the clock round to", ({ lib }) =>
  withClock(async ({ pass }) => {
    const startedAt = performance.now();
    if (startedAt + 5000 - startedAt <= 5000) throw new Error("this clock rounds well");
    const ai = restClient(lib, { fetch: () => new Promise(() => {}), maxRetries: 0 });
    const outcomes = [];
    ai.generateText(MODELS.legacy, "x", { timeout: 5_000 }).catch(({ code }) => outcomes.push(code));
    await pass(5_000);
    equal(outcomes.join(), "TIMEOUT");
  }, 13_866.364_228_748_314));
