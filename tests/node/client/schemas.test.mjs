// Schemas as their own libraries make them: what they write for the request, what they give back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { toJsonSchema, toStandardJsonSchema } from "@valibot/to-json-schema";
import { jsonSchema } from "ai";
import { type } from "arktype";
import * as v from "valibot";
import { WorkersAI } from "workers-ai-wasm";
import * as z from "zod";

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

/** The object of an answer, and the JSON Schema that was sent. */
async function objectOf(answer, input) {
  let sent;
  const fetch = async (_url, { body }) => {
    sent = JSON.parse(body).response_format.json_schema;
    return Response.json({ success: true, result: { response: answer } });
  };
  const ai = new WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const { object } = await ai.generateObject(MODEL, { prompt: "x", ...input });
  return { object, sent };
}

const PROPERTIES = { name: { type: "string" }, tags: { type: "array", items: { type: "string" } } };

const valibotSchema = v.object({ name: v.string(), tags: v.optional(v.array(v.string()), []) });

const LIBRARIES = {
  zod: { schema: z.object({ name: z.string(), tags: z.array(z.string()).default([]) }) },
  "valibot, wrapped": { schema: toStandardJsonSchema(valibotSchema) },
  "valibot, with its JSON Schema": { schema: valibotSchema, jsonSchema: toJsonSchema(valibotSchema) },
  arktype: { schema: type({ name: "string", tags: type("string[]").default(() => []) }) },
};

for (const [name, input] of Object.entries(LIBRARIES)) {
  test(`${name}: writes itself, fills in defaults, and says what is wrong`, async () => {
    const { object, sent } = await objectOf({ name: "a" }, input);
    assert.deepEqual({ ...object }, { name: "a", tags: [] });
    assert.equal(sent.type, "object");
    assert.equal(sent.$schema, undefined);
    assert.deepEqual(sent.required, ["name"]);
    assert.equal(sent.properties.name.type, PROPERTIES.name.type);
    assert.deepEqual(sent.properties.tags.items, PROPERTIES.tags.items);
    await assert.rejects(objectOf({ name: 5, tags: ["x", 6] }, input), (error) => {
      assert.equal(error.code, "NO_OBJECT");
      const paths = error.issues.map(({ path }) => path.join("."));
      assert.deepEqual(paths.sort(), ["name", "tags.1"]);
      assert.ok(error.issues.every(({ message }) => message.length > 0));
      return true;
    });
  });
}

test("valibot without a JSON Schema is asked for one", async () => {
  await assert.rejects(objectOf({}, { schema: valibotSchema }), {
    code: "INVALID_INPUT",
    field: "jsonSchema",
    message: /@valibot\/to-json-schema/,
  });
});

test("zod: what has no form in JSON is refused, what is converted comes converted", async () => {
  await assert.rejects(objectOf({}, { schema: z.object({ at: z.date() }) }), (error) => {
    assert.equal(error.code, "INVALID_INPUT");
    assert.equal(error.field, "schema");
    assert.match(error.cause.message, /[Dd]ate/);
    return true;
  });
  const schema = z.object({ at: z.iso.datetime().transform((text) => new Date(text)) });
  const { object } = await objectOf({ at: "2026-11-30T00:00:00Z" }, { schema });
  assert.equal(object.at.getUTCFullYear(), 2026);
});

test("the AI SDK's schemas have their JSON Schema inside", async () => {
  const schema = jsonSchema({ type: "object", properties: PROPERTIES, required: ["name"] });
  assert.deepEqual((await objectOf({ name: "a" }, { schema })).sent.properties, PROPERTIES);
  await assert.rejects(objectOf({}, { schema }), { code: "NO_OBJECT" });
});

test("JSON Schemas of every draft, references and formats are checked", async () => {
  const draft7 = {
    $schema: "http://json-schema.org/draft-07/schema#",
    definitions: { Short: { type: "string", maxLength: 3 } },
    type: "array",
    items: [{ $ref: "#/definitions/Short" }, { type: "string", format: "email" }],
  };
  assert.deepEqual((await objectOf(["abc", "a@b.example"], { schema: draft7 })).object, [
    "abc",
    "a@b.example",
  ]);
  await assert.rejects(objectOf(["abcd", "a"], { schema: draft7 }), (error) => {
    assert.deepEqual(
      error.issues.map(({ path }) => path),
      [[0], [1]],
    );
    return true;
  });
  const either = { anyOf: [{ type: "object", required: ["a"] }, { type: "array" }] };
  await assert.rejects(objectOf({ b: 1 }, { schema: either }), (error) => {
    assert.equal(error.issues.length, 1);
    return true;
  });
});
