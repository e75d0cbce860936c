/** The doors compared: which one is used must not show. */
import { deepEqual, equal, ok } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { collect, summaryOfResult } from "./summary.mjs";

const several = ({ doors }) => doors.length > 1;

/** Ids are made anew for each answer, and so are times; all else must be the same. */
function withoutIds(events) {
  return events.map((event) => (event.id === undefined ? event : { ...event, id: typeof event.id }));
}

for (const [dialect, model] of Object.entries(MODELS)) {
  test(
    `${dialect}: the same prompt gives the same events, text, usage and finish reason at every door`,
    async ({ doors }) => {
      const inputs = [
        { prompt: "echo: Same for all, façade ✓" },
        { prompt: "count: 200", max_tokens: 120 },
        {
          messages: [{ role: "user", content: 'call: weather {"city":"Zürich"}' }],
          tools: [
            {
              type: "function",
              function: { name: "weather", parameters: { type: "object", properties: {} } },
            },
          ],
        },
      ];
      for (const input of inputs) {
        const [first, ...others] = await Promise.all(
          doors.map(async (door) => {
            const ai = door.client();
            const events = withoutIds(await collect(await ai.streamText(model, input)));
            const result = summaryOfResult(await ai.generateText(model, input));
            result.toolCalls = withoutIds(result.toolCalls);
            return { events, result };
          }),
        );
        ok(first.events.length > 2);
        for (const other of others) deepEqual(other, first);
      }
    },
    { when: several },
  );
}

testEachDoor("50 interleaved calls with different options never cross", async ({ door }) => {
  const clients = [door.client(), door.client({ gateway: "shared" }), door.client({ maxRetries: 5 })];
  const models = Object.values(MODELS);
  const calls = Array.from({ length: 50 }, async (_, index) => {
    const ai = clients[index % clients.length];
    const model = models[index % models.length];
    const words = Array.from({ length: 1 + (index % 7) }, (_, word) => `${index}.${word}`).join(" ");
    const fault = [undefined, "chunk=3", "capacity, times=1, retry-after=0", "whole-json"][index % 4];
    const headers = fault ? { "x-local-fault": `${fault}, id=${crypto.randomUUID()}` } : {};
    const options = { headers, timeout: 30_000 + index, tags: [`call:${index}`] };
    const input = { prompt: `echo: ${words}`, max_tokens: 100 + index };
    const stream = index % 3 !== 0;
    const result = stream
      ? await (await ai.streamText(model, input, options)).final()
      : await ai.generateText(model, input, options);
    return { index, words, model, result, attempts: fault?.startsWith("capacity") ? 2 : 1 };
  });
  const results = await Promise.all(calls);
  for (const { index, words, model, result, attempts } of results) {
    equal(result.text, words, `call ${index}`);
    equal(result.meta.model, model, `call ${index}`);
    equal(result.meta.attempts, attempts, `call ${index}`);
  }
  equal(new Set(results.map(({ result }) => result.meta.requestId)).size, 50);
});
