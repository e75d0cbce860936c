/** Typed fields out of a text. */
import { estimateCost } from "workers-ai-wasm/catalog";
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder } from "./stubs.mjs";

const CLAIRIC = "@cf/cloudflare/clairic";
const STATE = "Total: 12.50 on 2026-01-31\nname: Ada";

testEachDoor("extract: values, and what the model says of each", async ({ door }) => {
  const fields = {
    name: { type: "text" },
    total: { type: "number", decimals: 2 },
    day: { type: "date" },
    age: { type: "estimate", min: 0, max: 120 },
    none: { type: "time" },
  };
  const { values, answers, truncated, usage, raw, meta } = await door
    .client()
    .extract(CLAIRIC, { state: STATE, fields });
  deepEqual([values.name, values.total, values.day, values.none], ["Ada", 12.5, "2026-01-31", null]);
  equal(answers.total.type, "number");
  deepEqual(STATE.slice(...answers.total.span), "12.50");
  ok(answers.none.pNull > 0.5 && answers.total.pNull < 0.5 && answers.total.p_null === undefined);
  ok(answers.age.p10 <= answers.age.median && answers.age.median <= answers.age.p90);
  equal(truncated, false);
  equal(usage.passes, 1);
  ok(usage.promptTokens > 0 && usage.stateTokens > 0 && estimateCost(CLAIRIC, usage).usd > 0);
  ok(raw.answers.total.p_null !== undefined);
  equal(meta.door, door.name);
});

/** A client of a service that answers with these fields. */
function answering(lib, answers, more = {}) {
  const { fetch, requests } = recorder(() =>
    jsonResponse({
      success: true,
      result: {
        model: "clairic",
        answers,
        truncated: true,
        usage: { input_tokens: 9000, output_tokens: 3, state_tokens: 8000, passes: 3 },
        ...more,
      },
    }),
  );
  return { client: new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch }), requests };
}

test("extract: passes are counted, and paid", async ({ lib }) => {
  const { client, requests } = answering(
    lib,
    { a: { type: "text", value: null, guess: "x", p_null: 0.7, p_below: 0.1, p_above: 0.2, quantiles: [1] } },
    { state_text: "read" },
  );
  const { answers, truncated, stateText, usage } = await client.extract(CLAIRIC, {
    state: "x",
    fields: { a: { type: "text", instructions: "What?" } },
    options: { return_state_text: true },
  });
  deepEqual(answers.a, {
    type: "text",
    value: null,
    guess: "x",
    pNull: 0.7,
    pBelow: 0.1,
    pAbove: 0.2,
    quantiles: [1],
  });
  deepEqual([truncated, stateText, usage.passes, usage.promptTokens], [true, "read", 3, 9000]);
  equal(estimateCost(CLAIRIC, usage).usd, 3 * estimateCost(CLAIRIC, { promptTokens: 9000 }).usd);
  deepEqual(requests[0].body, {
    model: "clairic",
    state: "x",
    fields: { a: { type: "text", instructions: "What?" } },
    options: { return_state_text: true },
  });
});

test("extract: a schema becomes fields, and judges the values", async ({ lib }) => {
  const schema = {
    type: "object",
    properties: {
      name: { type: "string", description: "Who?" },
      count: { type: "integer" },
      days: { type: "array", items: { type: "string", format: "date" } },
    },
    required: ["name"],
  };
  const right = { name: { type: "text", value: "Ada" }, count: { type: "number", value: null } };
  const { client, requests } = answering(lib, right);
  const { object, values, missing } = await client.extract(CLAIRIC, { state: "x", fields: schema });
  deepEqual(object, { name: "Ada" });
  deepEqual([values, missing], [{ name: "Ada", count: null, days: null }, ["days"]]);
  deepEqual(requests[0].body.fields, {
    name: { type: "text", instructions: "Who?" },
    count: { type: "number", integer: true },
    days: { type: "list", items: "date" },
  });
  const library = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => (value.name ? { value: value.name } : { issues: [{ message: "no name" }] }),
      jsonSchema: { input: () => schema },
    },
  };
  const converted = await answering(lib, right).client.extract(CLAIRIC, { state: "x", fields: library });
  equal(converted.object, "Ada");
  const without = answering(lib, { name: { type: "text", value: null } });
  const error = await rejects(without.client.extract(CLAIRIC, { state: "x", fields: library }), {
    code: "NO_OBJECT",
    attempts: 1,
  });
  deepEqual(error.issues, [{ path: [], message: "no name" }]);
});

test("extract: names, bounds and what no field can be are refused before any request", async ({ lib }) => {
  const { client, requests } = answering(lib, {});
  const of = (properties) => ({ type: "object", properties });
  for (const [fields, field] of [
    [undefined, "fields"],
    [{}, "fields"],
    ["name", "fields"],
    [{ "a b": { type: "text" } }, "fields"],
    [{ a: { type: "string" } }, "fields.a.type"],
    [{ a: { type: "estimate", min: 1 } }, "fields.a.max"],
    [{ a: { type: "forecast", min: 0, max: 5, scale: "log" } }, "fields.a.min"],
    [{ a: { type: "text", null_threshold: 2 } }, "fields.a.null_threshold"],
    [of({ a: { type: "object" } }), "fields.a"],
    [of({ a: { type: "string" }, b: { enum: ["x"] } }), "fields.b"],
    [{ type: "array" }, "fields"],
  ]) {
    await rejects(client.extract(CLAIRIC, { state: "x", fields }), { code: "INVALID_INPUT", field });
  }
  await rejects(client.extract(CLAIRIC, "x"), { code: "INVALID_INPUT", field: "input" });
  const fields = { a: { type: "text" } };
  await rejects(client.extract(CLAIRIC, { fields }), { code: "INVALID_INPUT", field: "state" });
  await rejects(client.extract("@cf/cloudflare/clef", { state: "x", fields }), { code: "INVALID_INPUT" });
  equal(requests.length, 0);
});

test("extract: answers are those of the fields", async ({ lib }) => {
  const fields = { a: { type: "number" }, b: { type: "text" } };
  const of = (answers) => answering(lib, answers).client.extract(CLAIRIC, { state: "x", fields });
  const right = { type: "number", value: 1 };
  // What nobody has asked for is no value; what nobody has answered is named.
  const { values, answers, missing, raw } = await of({ a: right, c: { type: "text", value: "x" } });
  deepEqual([values, answers, missing], [{ a: 1, b: null }, { a: right }, ["b"]]);
  equal(raw.answers.c.value, "x");
  equal((await of({ a: right, b: { type: "text", value: null } })).missing, undefined);
  const none = await of({ a: right, b: null });
  deepEqual([none.values, none.answers, none.missing], [{ a: 1, b: null }, { a: right }, ["b"]]);
  for (const wrong of [{ value: "1" }, { type: "text", value: 1 }, { value: [1] }, { value: true }]) {
    const error = await rejects(of({ a: wrong, b: { value: "x" } }), { code: "MALFORMED_RESPONSE" });
    ok(error.message.includes("field a"), error.message);
  }
});

test("extract: slips in a field are refused with what was meant", async ({ lib }) => {
  const { client, requests } = answering(lib, {});
  for (const [field, at, meant] of [
    [{ type: "string" }, "fields.a.type", "text"],
    [{ type: "text", instruction: "x" }, "fields.a.instruction", "instructions"],
    [{ type: "text", description: "x" }, "fields.a.description", "instructions"],
    [{ type: "estimate", minimum: 0, max: 1 }, "fields.a.minimum", "min"],
  ]) {
    const error = await rejects(client.extract(CLAIRIC, { state: "x", fields: { a: field } }), {
      code: "INVALID_INPUT",
      field: at,
    });
    ok(error.message.includes(`did you mean`) && error.message.includes(meant), error.message);
  }
  equal(requests.length, 0);
});
