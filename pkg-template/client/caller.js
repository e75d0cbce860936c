// Walks over callers' values, for the wasm: a property access costs nanoseconds here and a tenth of a
// microsecond across the boundary. Each walk is linear in the input: objects that were visited are not
// visited again.

import { reading, refusal } from "./failure.js";
import { gettersOf, isResponse, isStream, KIND, kindNumber, kindOf, tagOf } from "./values.js";

/** Limit of the nesting: the service rejects deeper input, and the stack is finite. */
const MAX_DEPTH = 512;
/**
 * Limit of the values that are reached again by repeated references. JSON writes out each occurrence, so a
 * few dozen objects that reference one another twice would become a text of exponential length.
 */
const MAX_REPEATED = 1_000_000;

const OPEN = Symbol("open");

/**
 * The state of one walk: the objects that were visited, as `[copy, size]`, and the number of values reached
 * again.
 */
class Walk {
  /** @param {string} field the error's `field` @param {string} name the same in a sentence */
  constructor(field = "input", name = "The input") {
    this.field = field;
    this.name = name;
  }

  known = new Map();
  repeated = 0;
  /** True if all visited values are arrays and plain objects, so that a copy has all their contents. */
  isExact = true;

  /** The entry of an object; undefined at the first visit. */
  again(value, depth) {
    const before = this.known.get(value);
    if (before === OPEN) throw refusal(this.field, `${this.name} holds itself.`);
    if (before === undefined) {
      if (depth > MAX_DEPTH) throw refusal(this.field, `${this.name} is nested too deeply.`);
      this.known.set(value, OPEN);
      return undefined;
    }
    this.repeated += before[1];
    if (this.repeated > MAX_REPEATED)
      throw refusal(
        this.field,
        `${this.name} holds the same objects too often: written out it has millions of values.`,
      );
    return before;
  }
}

/** A deep copy of arrays and plain objects; other values are shared. */
export const copyOf = (value) => copied(value, new Walk(), 0)[0];

/**
 * From this length on the value is copied instead of its JSON text being parsed: the copy shares the strings,
 * and parsing takes longer.
 */
const LONG_TEXT = 1 << 16;

/**
 * The source for `textsOf` after a failed call: a copy of the input if it has all the strings of its JSON
 * text, else the text.
 */
export function textSourceOf(input, text) {
  if (text.length < LONG_TEXT) return text;
  const walk = new Walk();
  const copy = copied(input, walk, 0)[0];
  return walk.isExact ? copy : text;
}

/** The copy, and the number of values in it. */
function copied(value, walk, depth) {
  if (typeof value !== "object" || value === null) return [value, 1];
  const isList = Array.isArray(value);
  if (isList && typeof value[0] === "number") return [value.slice(), 1];
  if (!isList && !isPlain(value)) {
    walk.isExact = false;
    return [value, 1];
  }
  if (typeof value.toJSON === "function") walk.isExact = false;
  const before = walk.again(value, depth);
  if (before !== undefined) return before;
  let size = 1;
  const inner = (item) => {
    const [copy, values] = copied(item, walk, depth + 1);
    size += values;
    return copy;
  };
  const copy = isList
    ? value.map(inner)
    : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inner(item)]));
  const done = [copy, size];
  walk.known.set(value, done);
  return done;
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Names of members whose form differs between models, so that their presence requires the encoder. */
const NAMES =
  /^(?:image(?:_url|_b64|Url)?|mask|audio|input_image\w*|tool_?[cC]all(?:s|_id|Id)|response_format|chat_template_kwargs|max_completion_tokens|input_?[sS]chema|functionDeclarations|toolSpec)$/;
/** Depth of `{ messages: [{ content: [{ image_url: { url } }] }] }`. */
const MARK_DEPTH = 5;

/**
 * True if an input has media in it, or a member that not every model accepts unchanged, or if its model needs
 * another body than JSON. A false positive only costs time. Throws if the input cannot be sent at all, see
 * `checkInput`.
 */
export function needsPreparing(model, input) {
  const walk = new Marks();
  walk.foreign = typeof model === "string" && !model.startsWith("@");
  visit(input, 0, walk, "input");
  return walk.marked || /\/flux-2/.test(model);
}

/**
 * Throws if an input has a cycle, is nested too deeply, expands without bound by repeated references, has a
 * member that throws when it is read, or has a value that JSON would silently omit or write as null.
 */
export function checkInput(input) {
  reading("input", () => visit(input, 0, new Marks(), "input"));
}

/**
 * Throws if a value that is not an input has a cycle, is nested too deeply, or expands without bound by
 * repeated references.
 */
export function checkReferences(value, field) {
  reading(field, () => countValues(value, 0, new Walk(field, field)));
}

/** Number of values in `value`, counting each occurrence of a repeated reference. */
function countValues(value, depth, walk) {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 1;
  if (typeof value.toJSON === "function" || (Array.isArray(value) && typeof value[0] === "number")) return 1;
  const before = walk.again(value, depth);
  if (before !== undefined) return before[1];
  let size = 1;
  for (const member of Object.values(value)) size += countValues(member, depth + 1, walk);
  walk.known.set(value, [undefined, size]);
  return size;
}

class Marks extends Walk {
  marked = false;
  /** True for a model of another author, to which a parameter name may be native. */
  foreign = false;
  /** Number of JSON Schemas around the current value. */
  schemas = 0;
}

/** Number of values in `value`; `name` is the name of its member. */
function visit(value, depth, walk, name) {
  if (typeof value !== "object" || value === null) return 1;
  const kind = kindNumber(value);
  if (kind >= KIND.STREAM) {
    if (kind <= KIND.BLOB && depth <= MARK_DEPTH) walk.marked = true;
    return 1;
  }
  // JSON writes the result of `toJSON`. A Date or a URL as the whole input would become a text.
  if (typeof value.toJSON === "function") {
    if (depth === 0 && NO_INPUT.test(tagOf(value))) throw unwritten(name, value);
    return 1;
  }
  const before = walk.again(value, depth);
  if (before !== undefined) return before[1];
  let size = 1;
  if (kind === KIND.LIST) {
    if (typeof value[0] !== "number") {
      for (const item of value) {
        // If the list is the whole input, the code that reads it reports the index.
        if (depth > 0 && (NO_ITEM.test(typeof item) || isNoNumber(item)))
          throw refusal(
            name,
            `${name} is an array with ${describe(item)} in it, which JSON would make null.`,
          );
        size += visit(item, depth + 1, walk, name);
      }
    } else if (depth > 0) {
      const wrong = value.find(isNoNumber);
      if (wrong !== undefined)
        throw refusal(name, `${name} is an array with ${wrong} in it, which JSON would make null.`);
    }
  } else {
    if (!isPlain(value)) checkInstance(name, value);
    const inSchema = walk.schemas > 0 && !NAMED_SCHEMAS.test(name);
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === "function" || typeof member === "symbol" || isNoNumber(member))
        throw unsentMember(name, member);
      if (depth <= MARK_DEPTH && isMark(name, member, walk)) walk.marked = true;
      if (inSchema && isDoubtfulInSchema(name, member)) walk.marked = true;
      const isSchema = SCHEMA.test(name);
      if (isSchema) walk.schemas++;
      size += visit(member, depth + 1, walk, name);
      if (isSchema) walk.schemas--;
    }
    if (depth <= MARK_DEPTH && isHistory(value)) walk.marked = true;
  }
  walk.known.set(value, [undefined, size]);
  return size;
}

/** Types that JSON writes as null in an array; a hole in an array reads as undefined. */
const NO_ITEM = /^(?:undefined|function|symbol)$/;
const isNoNumber = (value) => typeof value === "number" && value - value !== 0;

/** Shortens a name for a message. */
const short = (name) => name.slice(0, 60);
const describe = (value) => (typeof value === "number" ? String(value) : kindOf(value));

/** The error of a member that JSON omits, or writes as null. */
function unsentMember(name, value) {
  const instead =
    typeof value === "function" ? ": functions are for the options of a call and the tools of runTools" : "";
  return refusal(short(name), `${short(name)} is ${describe(value)}, which cannot be sent${instead}.`);
}

const NO_INPUT = /^(?:Date|URL)$/;

/**
 * Rejects an instance of a class that JSON would write as nothing (a Map, an Error, a promise) or
 * incompletely.
 */
function checkInstance(name, value) {
  const tag = tagOf(value);
  const isLost = tag === "Error" || (tag !== "Object" && Object.keys(value).length === 0);
  const getter = isLost ? name : computed(value);
  if (getter === undefined) return;
  if (SIGNAL.test(name)) throw refusal(...misplaced(name));
  throw isLost ? unwritten(name, value) : refusal(...unsent(getter));
}

function unwritten(name, value) {
  const tag = tagOf(value);
  const why = tag === "Promise" ? "await it first" : "give a plain object, or a text";
  return refusal(short(name), `${short(name)} is of the class ${short(tag)}, which cannot be sent: ${why}.`);
}

const SIGNAL = /^(?:signal|abortSignal)$/;
const misplaced = (name) => [
  name,
  `${name} is an option of the call: it belongs into the argument behind the input.`,
];
const unsent = (name) => [
  "input",
  `${name} is inherited, or a getter of its object's class, and would not be sent: give a plain object.`,
];

/**
 * The name of a getter of an object's class, or of an inherited member: only own members are sent. Undefined
 * if there is none.
 */
export const computed = (value) =>
  typeof value !== "object" || value === null || isPlain(value)
    ? undefined
    : (gettersOf(value)[0] ?? inheritedOf(value));

/** Methods are not data. */
function inheritedOf(object) {
  for (const name in object)
    if (!Object.hasOwn(object, name) && !/^(?:function|undefined)$/.test(typeof object[name])) return name;
  return undefined;
}

const isMark = (name, member, { foreign }) =>
  (NAMES.test(name) && !(foreign && name === "max_completion_tokens")) ||
  (name === "messages" && member?.some?.(isOdd)) ||
  (name === "tools" && areOdd(member)) ||
  (name === "stop" && member?.some?.((text) => typeof text !== "string" || text === "")) ||
  (name === "stream_options" && Object.keys(Object(member)).some((inner) => !/^include_/.test(inner))) ||
  (name === "tool_choice" && !/^(?:auto|none)$/.test(typeof member === "string" ? member : ""));

/** Members that contain a JSON Schema. */
const SCHEMA = /^(?:parameters|json_schema)$/;
/** Members of a schema whose own members have arbitrary names. */
const NAMED_SCHEMAS = /^(?:properties|\$defs|definitions)$/;
/**
 * The keywords that nearly all schemas are limited to, and the members around a schema. The tasks module
 * handles all others.
 */
const WORDS =
  /^(?:type|properties|required|items|enum|const|description|title|default|format|pattern|additionalProperties|(?:any|all|one)Of|(?:min|max)(?:imum|Length|Items)|\$\w+|definitions|name|schema|strict|\d+)$/;
const TYPE = /^(?:object|array|string|number|integer|boolean|null)$/;
const isDoubtfulInSchema = (name, member) =>
  !WORDS.test(name) ||
  (name === "type" && typeof member === "string" && !TYPE.test(member)) ||
  (name === "required" && !Array.isArray(member));

/**
 * True for a message whose content is not a text, or a call whose arguments are not one: agents keep history
 * in forms that not every model accepts.
 */
const isHistory = (value) =>
  (typeof value.role === "string" && typeof value.content !== "string") ||
  (typeof value.arguments === "object" && value.arguments !== null) ||
  value.type === "function_call_output";

/** True if a tool has no type, a duplicate name, or no schema. */
function areOdd(tools) {
  const names = new Set();
  const isOdd = (tool) => {
    const { name, parameters } = tool?.function ?? tool ?? {};
    if (tool?.type === undefined || names.has(name) || typeof (parameters ?? {}) !== "object") return true;
    names.add(name);
    return tool.type === "function" && typeof name !== "string";
  };
  return tools?.some?.(isOdd);
}

/** A role that every model accepts. */
const ROLE = /^(?:system|user|assistant|tool)$/;

/** True for a message with an unusual role; the tasks module converts or rejects it. */
const isOdd = (message) => !ROLE.test(message?.role);

/** True if an input contains something that can be read only once. */
export const isReadOnce = (input) => {
  let found = false;
  walk(input, (value) => {
    found ||= isStream(value) || isResponse(value);
    return !found;
  });
  return found;
};

/**
 * Names of models, tools and parameters, ids, and what a schema allows: removing them would make errors
 * useless.
 */
const PUBLIC = /^(?:model|name|type|role|enum|const|required|format|\$ref|(?:\w+_)?(?:id|lang))$/;
/** Members that contain text by a person, whatever its length. */
const AUTHORED_FIELD =
  /^(?:content|contexts|documents|input|input_text|instructions|\w*prompt|query|queries|reasoning_content|system|texts?|thinking)$/;
/** All members of these are the caller's data, including their names. */
const DATA_FIELD = /^(?:state|arguments|metadata)$/;
/** Members that may contain media: long values in them that look like base64 are not text. */
const MEDIA_FIELD = /^(?:audio|data|image\w*|input_image\w*|mask|url|file_data|b64_json|body|\$body)$/;

/** The byte that terminates each text, by its kind: `ENDS` in src/input_redaction/mod.rs. */
const NAME = 0xbd;
const AUTHORED = 0xbe;
const OTHER = 0xbf;
/** Not a kind of text: everything in the member is the caller's data. */
const DATA = 0;
/**
 * Shorter texts, in bytes, are too common to be removed, unless they are `AUTHORED`: `MIN_RUN` in
 * src/input_redaction/mod.rs.
 */
const MIN_RUN = 12;
/** ASCII texts up to this length are encoded faster by hand. */
const BY_HAND = 24;
/** Characters per encoding step, each at most three bytes. */
const PART = 8192;
/** Number of member names whose meaning is cached. */
const MOST_MEANINGS = 256;
const encoder = new TextEncoder();
/** Reused, since a new array is filled with zeros. */
const encoded = new Uint8Array(4 * PART);

/**
 * How the texts in a member are treated by its name: public, the caller's data, or a person's text; undefined
 * if the name does not determine it.
 */
function meaningOf(name) {
  if (PUBLIC.test(name)) return NAME;
  if (DATA_FIELD.test(name)) return DATA;
  return AUTHORED_FIELD.test(name) ? AUTHORED : undefined;
}

/**
 * Passes the texts of an input, a value or its JSON text, to `take` as UTF-8, some thousand bytes at a time.
 * `take` must copy them.
 */
export function textsOf(input, take) {
  const bytes = encoded;
  let length = 0;
  const room = (characters) => {
    if (length + 3 * characters + 4 <= bytes.length) return;
    take(bytes.subarray(0, length));
    length = 0;
  };
  const end = (kind) => {
    bytes[length] = 0xf4;
    bytes[length + 1] = 0x8f;
    bytes[length + 2] = 0xbf;
    bytes[length + 3] = kind;
    length += 4;
  };
  /** Adds a short ASCII text; false if it is not one. */
  const addShort = (text, kind) => {
    room(text.length);
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 127) return false;
      bytes[length + at] = unit;
    }
    if (kind === AUTHORED || text.length >= MIN_RUN) {
      length += text.length;
      end(kind);
    }
    return true;
  };
  const add = (text, kind) => {
    if (text.length <= BY_HAND && addShort(text, kind)) return;
    for (let at = 0; at < text.length; ) {
      let cut = at + PART;
      // Does not split a surrogate pair.
      if ((text.charCodeAt(cut - 1) & 0xfc00) === 0xd800) cut--;
      const part = at === 0 && cut >= text.length ? text : text.slice(at, cut);
      room(part.length);
      length += encoder.encodeInto(part, bytes.subarray(length)).written;
      at = cut;
    }
    room(0);
    end(kind);
  };
  /**
   * `kind`: of the texts in a value whose member names do not determine it. `isData`: all of it is the
   * caller's data.
   */
  const visit = (name, value, kind, isData) => {
    if (typeof value === "string") {
      if (!(value.length > 1024 && MEDIA_FIELD.test(name) && MEDIA.test(value))) add(value, kind);
    } else if (kind === AUTHORED && (typeof value === "number" || typeof value === "bigint")) {
      add(String(value), kind);
    } else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
      waiting.push(name, value, kind, isData);
    }
  };
  /** A member of an object that is not data. */
  const visitMember = (name, member, kind) => {
    let meaning = meanings.get(name);
    if (meaning === undefined && !meanings.has(name)) {
      meaning = meaningOf(name);
      if (meanings.size < MOST_MEANINGS) meanings.set(name, meaning);
    }
    if (meaning === NAME) {
      if (typeof member === "string") add(member, NAME);
    } else if (meaning === DATA) {
      // Arguments are usually JSON text, and a message quotes their texts without the escapes.
      const data = typeof member === "string" ? parsed(member) : member;
      add(typeof member === "string" ? member : (JSON.stringify(member) ?? ""), OTHER);
      if (typeof data === "object") visit(name, data, AUTHORED, true);
    } else {
      visit(name, member, meaning ?? kind, false);
    }
  };
  const known = new Set();
  const meanings = new Map();
  const waiting = [];
  visit("", typeof input === "string" ? JSON.parse(input) : input, OTHER, false);
  while (waiting.length > 0) {
    const isData = waiting.pop();
    const kind = waiting.pop();
    const value = waiting.pop();
    const name = waiting.pop();
    if (known.has(value)) continue;
    known.add(value);
    if (Array.isArray(value)) {
      if (typeof value[0] !== "number" || isData) for (const item of value) visit(name, item, kind, isData);
      continue;
    }
    const members = typeof value.getAll === "function" ? [...value] : Object.entries(value);
    for (const [name, member] of members) {
      if (isData) {
        add(name, AUTHORED);
        visit(name, member, AUTHORED, true);
      } else {
        visitMember(name, member, kind);
      }
    }
  }
  take(bytes.subarray(0, length));
}

/** The object that a JSON text contains; undefined if there is none. */
function parsed(text) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Encoded media is not text. */
const MEDIA = /^(?:data:|[A-Za-z0-9+/=_-]{1024})/;

/**
 * `[characters of text, limit of the answer's tokens]` of an input, a value or its JSON text; the limit is
 * NaN if there is none.
 */
export function measure(source) {
  const input = typeof source === "string" ? JSON.parse(source) : source;
  let characters = 0;
  walk(input, (value) => {
    if (typeof value === "string" && !MEDIA.test(value)) characters += value.length;
    return true;
  });
  const most = input?.max_tokens ?? input?.max_completion_tokens ?? input?.max_output_tokens;
  return [characters, Number.isFinite(most) ? most : Number.NaN];
}

/**
 * Visits the values of an input, each object once, while `visit` returns true. Skips arrays of numbers, which
 * contain neither text nor media.
 */
function walk(input, visit) {
  const known = new Set();
  const waiting = [input];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (!visit(value)) return;
    if (typeof value !== "object" || value === null || known.has(value) || ArrayBuffer.isView(value))
      continue;
    known.add(value);
    if (typeof value[0] === "number") continue;
    const members = typeof value.getAll === "function" ? [...value].flat() : Object.values(value);
    for (let at = members.length - 1; at >= 0; at--) waiting.push(members[at]);
  }
}

/**
 * The contents of a list: `[kind, index, length]`, see `list_kind` in src/js/package.rs. A list that throws
 * when it is read is mixed, and has length one.
 */
export function listKind(list) {
  try {
    const { length } = list;
    // `every` skips holes.
    if (list.includes(undefined)) return [0, -1, length];
    if (list.every((item) => typeof item === "string")) return [1, list.indexOf(""), length];
    if (!list.every((item) => typeof item === "number")) return [0, -1, length];
    return [list.every((item) => item >= 0 && item <= 255 && Number.isInteger(item)) ? 3 : 2, -1, length];
  } catch {
    return [0, -1, 1];
  }
}
