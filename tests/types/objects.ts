/** Compiled, never run: values, partial values and elements that follow from schemas of three libraries and from JSON Schemas. */
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { isWorkersAIError, type ObjectIssue, type ObjectMode, WorkersAI } from "workers-ai-wasm";
import * as z from "zod";

/** Holds if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

const ai = new WorkersAI();
const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const prompt = "x";

interface City {
  name: string;
  population: number;
  tags?: string[] | undefined;
}

export async function zod(): Promise<void> {
  const schema = z.object({ name: z.string(), population: z.number(), tags: z.array(z.string()).optional() });
  const { object, meta } = await ai.generateObject(MODEL, { schema, prompt, max_tokens: 200, repair: 1 });
  holds<Same<typeof object, City>>();
  holds<Same<typeof meta.objectMode, ObjectMode>>();
  const converted = await ai.generateObject(MODEL, {
    schema: z.object({ at: z.string().transform((text) => new Date(text)), times: z.number().default(1) }),
    messages: [{ role: "user", content: "x" }],
  });
  holds<Same<typeof converted.object, { at: Date; times: number }>>();

  const stream = await ai.streamObject(MODEL, { schema, prompt });
  for await (const partial of stream.partials) {
    holds<Same<typeof partial.name, string | undefined>>();
    holds<Same<typeof partial.tags, string[] | undefined>>();
  }
  holds<Same<Awaited<typeof stream.object>, City>>();
  const list = await ai.streamObject(MODEL, { schema: z.array(schema), prompt });
  for await (const element of list.elements) holds<Same<typeof element, City>>();
  for await (const partial of list.partials)
    holds<Same<(typeof partial)[0]["population"], number | undefined>>();
  // Before the schema has converted it.
  const dates = await ai.streamObject(MODEL, {
    schema: z.array(z.object({ at: z.string().transform((text) => new Date(text)) })),
    prompt,
  });
  for await (const element of dates.elements) holds<Same<typeof element.at, string>>();
  holds<Same<Awaited<typeof dates.object>, { at: Date }[]>>();
}

export async function valibot(): Promise<void> {
  const schema = v.object({
    name: v.string(),
    population: v.number(),
    tags: v.optional(v.array(v.string())),
  });
  const { object } = await ai.generateObject(MODEL, { schema: toStandardJsonSchema(schema), prompt });
  holds<Same<typeof object, City>>();
  const inferred = await ai.generateObject(MODEL, { schema, jsonSchema: { type: "object" }, prompt });
  holds<Same<typeof inferred.object, City>>();
  const list = await ai.streamObject(MODEL, { schema: toStandardJsonSchema(v.array(schema)), prompt });
  for await (const element of list.elements) holds<Same<typeof element, City>>();
}

export async function arktype(): Promise<void> {
  const schema = type({ name: "string", population: "number", "tags?": "string[] | undefined" });
  const { object } = await ai.generateObject(MODEL, { schema, prompt });
  holds<Same<typeof object, City>>();
  const list = await ai.streamObject(MODEL, { schema: schema.array(), prompt });
  for await (const element of list.elements) holds<Same<typeof element, City>>();
}

const NODE = {
  type: "object",
  properties: {
    kind: { enum: ["leaf", "branch"] },
    size: { type: ["integer", "null"] },
    point: { type: "array", prefixItems: [{ type: "number" }, { type: "string" }] },
    next: { anyOf: [{ $ref: "#/$defs/End" }, { const: false }] },
    both: { allOf: [{ $ref: "#/$defs/End" }, { properties: { b: { type: "string" } } }] },
    counts: { type: "object", additionalProperties: { type: "integer" } },
    any: {},
  },
  required: ["kind", "size", "point"],
  $defs: { End: { type: "object", properties: { end: { const: true } }, required: ["end"] } },
} as const;

export async function jsonSchema(): Promise<void> {
  const { object } = await ai.generateObject(MODEL, { schema: NODE, prompt });
  holds<Same<typeof object.kind, "leaf" | "branch">>();
  holds<Same<typeof object.size, number | null>>();
  holds<Same<typeof object.point, [number, string]>>();
  holds<Same<typeof object.next, { end: true } | false | undefined>>();
  holds<Same<NonNullable<typeof object.both>["end"], true>>();
  holds<Same<NonNullable<typeof object.both>["b"], string | undefined>>();
  holds<Same<typeof object.counts, Record<string, number> | undefined>>();
  holds<Same<typeof object.any, unknown>>();
  // In place it needs no `as const`.
  const { object: inPlace } = await ai.generateObject(MODEL, {
    schema: {
      type: "array",
      items: { type: "object", properties: { a: { type: "boolean" } }, required: ["a"] },
    },
    prompt,
  });
  holds<Same<typeof inPlace, { a: boolean }[]>>();
  const stream = await ai.streamObject("@cf/google/gemma-4-26b-a4b-it", {
    schema: { type: "array", items: { type: "string" } },
    prompt,
  });
  for await (const element of stream.elements) holds<Same<typeof element, string>>();
  for await (const partial of stream.partials) holds<Same<typeof partial, string[]>>();
  // What was not written down for the compiler is unknown.
  const loose: { type: "object"; properties: Record<string, { type: "string" }> } = {
    type: "object",
    properties: {},
  };
  const { object: record } = await ai.generateObject(MODEL, { schema: loose, prompt });
  holds<Same<(typeof record)["any"], string | undefined>>();
  const { object: unknown } = await ai.generateObject(MODEL, {
    schema: JSON.parse("{}") as { [key: string]: unknown },
    prompt,
  });
  holds<Same<typeof unknown, unknown>>();
}

export async function refused(): Promise<void> {
  const schema = { type: "object" } as const;
  // @ts-expect-error there is no such type
  void ai.generateObject(MODEL, { schema: { type: "objekt" }, prompt });
  // @ts-expect-error a schema is needed
  void ai.generateObject(MODEL, { prompt });
  // @ts-expect-error a prompt or messages are needed
  void ai.generateObject(MODEL, { schema });
  // @ts-expect-error not both
  void ai.generateObject(MODEL, { schema, prompt, messages: [] });
  // @ts-expect-error once at most
  void ai.generateObject(MODEL, { schema, prompt, repair: 2 });
  // @ts-expect-error what was streamed is not asked for again
  void ai.streamObject(MODEL, { schema, prompt, repair: 1 });
  // @ts-expect-error it is made of the schema
  void ai.generateObject(MODEL, { schema, prompt, response_format: { type: "json_object" } });
  // @ts-expect-error tools are another method's
  void ai.generateObject(MODEL, { schema, prompt, tools: [] });
  // @ts-expect-error a string is no schema
  void ai.generateObject(MODEL, { schema: "object", prompt });
  // @ts-expect-error it gives vectors
  void ai.generateObject("@cf/baai/bge-base-en-v1.5", { schema, prompt });
  // @ts-expect-error the model's parameters are checked as well
  void ai.generateObject(MODEL, { schema, prompt, max_tokens: "many" });
  try {
    await ai.generateObject("@cf/some/other-model", { schema, prompt, anything: 1 });
  } catch (error) {
    if (!isWorkersAIError(error)) throw error;
    holds<Same<typeof error.issues, ObjectIssue[] | undefined>>();
    holds<Same<typeof error.text, string | undefined>>();
  }
}

const CLAIRIC = "@cf/cloudflare/clairic";

export async function extraction(): Promise<void> {
  const { values, answers, usage } = await ai.extract(CLAIRIC, {
    state: "x",
    fields: {
      name: { type: "text", instructions: "Who?" },
      total: { type: "number" },
      days: { type: "list", items: "date" },
      prices: { type: "list", items: "number" },
    },
  });
  holds<Same<typeof values.name, string | null>>();
  holds<Same<typeof values.total, number | null>>();
  holds<Same<typeof values.days, string[] | null>>();
  holds<Same<typeof answers.prices.value, number[] | null>>();
  holds<Same<typeof answers.name.span, [number, number] | undefined>>();
  holds<Same<NonNullable<typeof usage>["passes"], number | undefined>>();
  const typed = await ai.extract(CLAIRIC, {
    state: "x",
    fields: z.object({ name: z.string(), total: z.number().optional() }),
  });
  holds<Same<typeof typed.object, { name: string; total?: number | undefined }>>();
  holds<Same<typeof typed.values.total, number | null>>();
  holds<Same<typeof typed.answers.name.value, string | null>>();
  const plain = await ai.extract(CLAIRIC, {
    state: "x",
    fields: { type: "object", properties: { day: { type: "string", format: "date" } }, required: ["day"] },
  });
  holds<Same<typeof plain.object, { day: string }>>();
  // @ts-expect-error there is no such type of field
  void ai.extract(CLAIRIC, { state: "x", fields: { a: { type: "string" } } });
  // @ts-expect-error there is a text
  void ai.extract(CLAIRIC, { fields: { a: { type: "text" } } });
  // @ts-expect-error it answers questions
  void ai.extract("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
    state: "x",
    fields: { a: { type: "text" } },
  });
}
