/**
 * A schema of a library that follows Standard Schema: Zod 4, Valibot, ArkType and others. The library itself
 * generates its JSON Schema, if it can (Zod 4.2, ArkType 2.1.28, Valibot through `toStandardJsonSchema` of
 * `@valibot/to-json-schema`); otherwise pass `jsonSchema` too.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => unknown;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** The type names of JSON Schema. */
export type JsonSchemaType = "string" | "number" | "integer" | "boolean" | "null" | "array" | "object";

/**
 * A JSON Schema. As a literal, or `as const`, it determines the type of the value: see {@link ObjectOf}.
 * Keywords without an equivalent in TypeScript (`minimum`, `pattern`, `format`, …) are validated at run time.
 */
export interface JsonSchema {
  readonly type?: JsonSchemaType | readonly JsonSchemaType[];
  readonly properties?: { readonly [name: string]: JsonSchema | boolean };
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean | readonly (JsonSchema | boolean)[];
  readonly prefixItems?: readonly (JsonSchema | boolean)[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly (JsonSchema | boolean)[];
  readonly oneOf?: readonly (JsonSchema | boolean)[];
  readonly allOf?: readonly (JsonSchema | boolean)[];
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: JsonSchema | boolean };
  readonly definitions?: { readonly [name: string]: JsonSchema | boolean };
  readonly title?: string;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** A schema of a value for structured output. */
export type ObjectSchema = StandardSchema | JsonSchema;

/**
 * The type of a schema's value: of a library's schema the converted one, of a JSON Schema the valid ones;
 * `unknown` if it cannot be inferred.
 */
export type ObjectOf<Schema> =
  Schema extends StandardSchema<any, any>
    ? NonNullable<Schema["~standard"]["types"]>["output"]
    : Schema extends JsonSchema
      ? FromJsonSchema<Schema, Schema>
      : unknown;

/**
 * The type of the model's value, before a library has converted it. The same as {@link ObjectOf} for a JSON
 * Schema.
 */
export type RawObjectOf<Schema> =
  Schema extends StandardSchema<any, any>
    ? NonNullable<Schema["~standard"]["types"]>["input"]
    : ObjectOf<Schema>;

/**
 * An incomplete value: each member may be missing, the last item of an array may be partial, a string may be
 * its beginning.
 */
export type DeepPartial<T> = 0 extends 1 & T
  ? T
  : T extends readonly (infer Item)[]
    ? DeepPartial<Item>[]
    : T extends object
      ? { [Name in keyof T]?: DeepPartial<T[Name]> }
      : T;

/** The items of a value that is an array. */
export type ElementOf<T> = T extends readonly (infer Item)[] ? Item : never;

/** The value of a JSON Schema; `Root` is the schema that its references are resolved in. */
type FromJsonSchema<Schema, Root> = Schema extends false
  ? never
  : Schema extends { readonly $ref: infer Reference }
    ? FromReference<Reference, Root>
    : Schema extends { readonly const: infer Value }
      ? Mutable<Value>
      : Schema extends { readonly enum: readonly (infer Value)[] }
        ? Mutable<Value>
        : Schema extends { readonly anyOf: readonly (infer Choice)[] }
          ? FromChoice<Choice, Root>
          : Schema extends { readonly oneOf: readonly (infer Choice)[] }
            ? FromChoice<Choice, Root>
            : Schema extends { readonly allOf: readonly [infer First, ...infer Rest] }
              ? FromAll<[First, ...Rest], Root>
              : Schema extends { readonly type: infer Type }
                ? FromType<Type extends readonly (infer Each)[] ? Each : Type, Schema, Root>
                : Schema extends { readonly properties: object }
                  ? FromType<"object", Schema, Root>
                  : unknown;

type FromReference<Reference, Root> = Reference extends "#"
  ? FromJsonSchema<Root, Root>
  : Reference extends `#/$defs/${infer Name}`
    ? Root extends { readonly $defs: { readonly [Own in Name]: infer Schema } }
      ? FromJsonSchema<Schema, Root>
      : unknown
    : Reference extends `#/definitions/${infer Name}`
      ? Root extends { readonly definitions: { readonly [Own in Name]: infer Schema } }
        ? FromJsonSchema<Schema, Root>
        : unknown
      : unknown;

type FromChoice<Choice, Root> = Choice extends unknown ? FromJsonSchema<Choice, Root> : never;

type FromAll<All, Root> = All extends readonly [infer First, ...infer Rest]
  ? FromJsonSchema<First, Root> & FromAll<Rest, Root>
  : unknown;

type FromType<Type, Schema, Root> = JsonSchemaType extends Type
  ? unknown
  : Type extends "string"
    ? string
    : Type extends "number" | "integer"
      ? number
      : Type extends "boolean"
        ? boolean
        : Type extends "null"
          ? null
          : Type extends "array"
            ? FromArray<Schema, Root>
            : Type extends "object"
              ? FromObject<Schema, Root>
              : unknown;

type FromArray<Schema, Root> = Schema extends { readonly prefixItems: readonly [...infer Items] }
  ? { -readonly [Place in keyof Items]: FromJsonSchema<Items[Place], Root> }
  : Schema extends { readonly items: infer Item }
    ? Item extends readonly unknown[]
      ? unknown[]
      : FromJsonSchema<Item, Root>[]
    : unknown[];

type FromObject<Schema, Root> = Schema extends { readonly properties: infer Properties }
  ? Simplified<
      {
        -readonly [Name in keyof Properties as Name extends RequiredOf<Schema>
          ? Name
          : never]: FromJsonSchema<Properties[Name], Root>;
      } & {
        -readonly [Name in keyof Properties as Name extends RequiredOf<Schema>
          ? never
          : Name]?: FromJsonSchema<Properties[Name], Root>;
      }
    >
  : Schema extends { readonly additionalProperties: infer Member }
    ? Record<string, Member extends boolean ? unknown : FromJsonSchema<Member, Root>>
    : Record<string, unknown>;

type RequiredOf<Schema> = Schema extends { readonly required: readonly (infer Name)[] } ? Name : never;

type Simplified<T> = { [Name in keyof T]: T[Name] };

type Mutable<T> = T extends object ? { -readonly [Name in keyof T]: Mutable<T[Name]> } : T;
