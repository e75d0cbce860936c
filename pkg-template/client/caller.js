// Walks over values that callers gave, for the wasm: a member costs nanoseconds here and a tenth of a microsecond there. Each walk is linear
// in the input: what was visited is not visited again.

import { refusal } from "./failure.js";
import { gettersOf, isResponse, isStream, KIND, kindNumber, kindOf } from "./values.js";

/** Deeper nesting is refused: the service takes none of it, and the stack is finite. */
const MAX_DEPTH = 512;
/**
 * Values that are met again, with all that is in them: JSON writes each of them out each time, so that a few dozen objects that hold one another
 * twice would become a text without end.
 */
const MAX_REPEATED = 1_000_000;

const OPEN = Symbol("open");

/** One walk over an input: what was visited, as `[copy, size]`, and how many values were met again. */
class Walk {
  known = new Map();
  repeated = 0;
  /** Is a copy of what was visited nothing but arrays and plain objects? */
  isExact = true;

  /** What is known of an object; undefined at the first visit. */
  again(value, depth) {
    const before = this.known.get(value);
    if (before === OPEN) throw refusal("input", "The input holds itself.");
    if (before === undefined) {
      if (depth > MAX_DEPTH) throw refusal("input", "The input is nested too deeply.");
      this.known.set(value, OPEN);
      return undefined;
    }
    this.repeated += before[1];
    if (this.repeated > MAX_REPEATED)
      throw refusal(
        "input",
        "The input holds the same objects too often: written out it has millions of values.",
      );
    return before;
  }
}

/** A copy of arrays and plain objects, all the way down; anything else is what it is. */
export const copyOf = (value) => copied(value, new Walk(), 0)[0];

/** Longer JSON text is worth a copy of its value: the copy shares the strings, and reading the text anew takes longer. */
const LONG_TEXT = 1 << 16;

/** What `textsOf` reads when a call has failed: a copy of the input where it has all the strings of its JSON text, else the text. */
export function textSourceOf(input, text) {
  if (text.length < LONG_TEXT) return text;
  const walk = new Walk();
  const copy = copied(input, walk, 0)[0];
  return walk.isExact ? copy : text;
}

/** The copy, and how many values are in it. */
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

/** Members that models take in different forms, whatever is in them. */
const NAMES =
  /^(?:image(?:_url|_b64|Url)?|mask|audio|input_image\w*|tool_?[cC]all(?:s|_id|Id)|response_format|chat_template_kwargs|max_completion_tokens|input_?[sS]chema|functionDeclarations|toolSpec)$/;
/** `{ messages: [{ content: [{ image_url: { url } }] }] }` */
const MARK_DEPTH = 5;

/**
 * Has an input media in it, a member that not every model takes as it is, or is it for a model that takes a form where others take JSON? One
 * that is found to have some and has none is only slower. Throws where the input cannot be sent at all, see `checkInput`.
 */
export function needsPreparing(model, input) {
  const walk = new Marks();
  walk.foreign = typeof model === "string" && !model.startsWith("@");
  visit(input, 0, walk, "input");
  return walk.marked || /\/flux-2/.test(model);
}

/**
 * Throws where an input holds itself, is nested too deeply, repeats itself without end, has a member that throws when it is read, or something in
 * it that JSON would silently leave out or call null.
 */
export function checkInput(input) {
  visit(input, 0, new Marks(), "input");
}

class Marks extends Walk {
  marked = false;
  /** For a model of another author, whose own name of the limit it is. */
  foreign = false;
}

/** How many values are in one; `name` is that of the member that it is in. */
function visit(value, depth, walk, name) {
  if (typeof value !== "object" || value === null) return 1;
  const kind = kindNumber(value);
  if (kind >= KIND.STREAM) {
    if (kind <= KIND.BLOB && depth <= MARK_DEPTH) walk.marked = true;
    return 1;
  }
  // JSON has what it gives in its place.
  if (typeof value.toJSON === "function") return 1;
  const before = walk.again(value, depth);
  if (before !== undefined) return before[1];
  let size = 1;
  if (kind === KIND.LIST) {
    if (typeof value[0] !== "number") {
      for (const item of value) {
        // Of a list that is the whole input its reader names the place.
        if (depth > 0 && NO_ITEM.test(typeof item))
          throw refusal(name, `${name} is an array with ${kindOf(item)} in it, which JSON would make null.`);
        size += visit(item, depth + 1, walk, name);
      }
    }
  } else {
    const getter = computed(value);
    if (getter !== undefined) throw refusal(...(SIGNAL.test(name) ? misplaced(name) : unsent(getter)));
    for (const [name, member] of Object.entries(value)) {
      if (depth <= MARK_DEPTH && isMark(name, member, walk)) walk.marked = true;
      size += visit(member, depth + 1, walk, name);
    }
    if (depth <= MARK_DEPTH && isHistory(value)) walk.marked = true;
  }
  walk.known.set(value, [undefined, size]);
  return size;
}

/** What is null as an item of JSON; what a hole in an array reads as, too. */
const NO_ITEM = /^(?:undefined|function|symbol)$/;

const SIGNAL = /^(?:signal|abortSignal)$/;
const misplaced = (name) => [
  name,
  `${name} is an option of the call: it belongs into the argument behind the input.`,
];
const unsent = (name) => [
  "input",
  `${name} is a getter of its object's class and would not be sent: give a plain object.`,
];

/** A member that an object's class computes: only what it has of its own is sent. Undefined where there is none, or no object. */
export const computed = (value) =>
  typeof value !== "object" || value === null || isPlain(value) ? undefined : gettersOf(value)[0];

const isMark = (name, member, { foreign }) =>
  (NAMES.test(name) && !(foreign && name === "max_completion_tokens")) ||
  (name === "messages" && member?.some?.(isOdd)) ||
  (name === "tools" && member?.some?.((tool) => tool?.type === undefined)) ||
  (name === "tool_choice" && !/^(?:auto|none)$/.test(typeof member === "string" ? member : ""));

/** A message whose content is not a text: what agents keep as history is not what every model takes. */
const isHistory = (value) => typeof value.role === "string" && typeof value.content !== "string";

/** A role that every model knows. */
const ROLE = /^(?:system|user|assistant|tool)$/;

/** Has a message no usual role? Its sentence the module with the tasks knows. */
const isOdd = (message) => !ROLE.test(message?.role);

/** Has an input something in it that can be read only once? */
export const isReadOnce = (input) => {
  let found = false;
  walk(input, (value) => {
    found ||= isStream(value) || isResponse(value);
    return !found;
  });
  return found;
};

/** Names of models, tools and parameters, ids, and what a schema allows: an error that hides them helps nobody. */
const PUBLIC = /^(?:model|name|type|role|enum|const|required|format|\$ref|(?:\w+_)?(?:id|lang))$/;
/** What a person writes, however short. */
const OWN_FIELD =
  /^(?:content|contexts|documents|input|input_text|instructions|\w*prompt|query|queries|reasoning_content|system|texts?|thinking)$/;
/** In these all is the caller's data, names as well. */
const DATA = /^(?:state|arguments|metadata)$/;
/** Where media may be: what is long in them and looks like base64 is no text. */
const MEDIA_FIELD = /^(?:audio|data|image\w*|input_image\w*|mask|url|file_data|b64_json|body|\$body)$/;

/** The last byte of what stands behind each text, by its kind: `ENDS` in src/withhold.rs. */
const NAME = 0xbd;
const OWN = 0xbe;
const OTHER = 0xbf;
/** Characters that are encoded at once, each in three bytes at most. */
const PART = 8192;
const encoder = new TextEncoder();
/** Kept, since a new one is filled with zeros. */
const encoded = new Uint8Array(4 * PART);

/** Gives the texts of an input, a value or its JSON text, to `take`, as UTF-8, some thousand bytes at a time, which it must copy. */
export function textsOf(input, take) {
  const bytes = encoded;
  let length = 0;
  const room = (characters) => {
    if (length + 3 * characters + 4 <= bytes.length) return;
    take(bytes.subarray(0, length));
    length = 0;
  };
  const add = (text, kind) => {
    for (let at = 0; at < text.length; ) {
      let cut = at + PART;
      // Half of a surrogate pair is another character.
      if ((text.charCodeAt(cut - 1) & 0xfc00) === 0xd800) cut--;
      const part = at === 0 && cut >= text.length ? text : text.slice(at, cut);
      room(part.length);
      length += encoder.encodeInto(part, bytes.subarray(length)).written;
      at = cut;
    }
    room(0);
    bytes.set([0xf4, 0x8f, 0xbf, kind], length);
    length += 4;
  };
  /** `kind`: of the texts in a value, where its members' names don't say otherwise. Data: all in it is the caller's. */
  const visit = (name, value, kind, isData) => {
    if (typeof value === "string") {
      if (!(value.length > 1024 && MEDIA_FIELD.test(name) && MEDIA.test(value))) add(value, kind);
    } else if (kind === OWN && (typeof value === "number" || typeof value === "bigint")) {
      add(String(value), kind);
    } else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
      waiting.push([name, value, kind, isData]);
    }
  };
  const known = new Set();
  const waiting = [];
  visit("", typeof input === "string" ? JSON.parse(input) : input, OTHER, false);
  while (waiting.length > 0) {
    const [name, value, kind, isData] = waiting.pop();
    if (known.has(value)) continue;
    known.add(value);
    if (Array.isArray(value)) {
      if (typeof value[0] !== "number" || isData) for (const item of value) visit(name, item, kind, isData);
      continue;
    }
    const members = typeof value.getAll === "function" ? [...value] : Object.entries(value);
    for (const [name, member] of members) {
      if (isData) {
        add(name, OWN);
        visit(name, member, OWN, true);
      } else if (PUBLIC.test(name)) {
        if (typeof member === "string") add(member, NAME);
      } else if (DATA.test(name)) {
        // Arguments are mostly JSON text, whose texts a message quotes without the escapes.
        const data = typeof member === "string" ? parsed(member) : member;
        add(typeof member === "string" ? member : (JSON.stringify(member) ?? ""), OTHER);
        if (typeof data === "object") visit(name, data, OWN, true);
      } else {
        visit(name, member, OWN_FIELD.test(name) ? OWN : kind, false);
      }
    }
  }
  take(bytes.subarray(0, length));
}

/** The object that a text is as JSON; undefined where it is none. */
function parsed(text) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Encoded media is no text. */
const MEDIA = /^(?:data:|[A-Za-z0-9+/=_-]{1024})/;

/** `[characters of text, most tokens of the answer]` of an input, a value or its JSON text; the second NaN where it does not say. */
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

/** Visits the values of an input, each object once, as long as `visit` gives true. Numbers by the million are no text and no media. */
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
 * What is in a list: `[kind, place, length]`, see `list_kind` in src/js/package.rs. One that throws when it is read has something else in it, and
 * counts as one item long.
 */
export function listKind(list) {
  try {
    const { length } = list;
    // `every` does not see holes.
    if (list.includes(undefined)) return [0, -1, length];
    if (list.every((item) => typeof item === "string")) return [1, list.indexOf(""), length];
    if (!list.every((item) => typeof item === "number")) return [0, -1, length];
    return [list.every((item) => item >= 0 && item <= 255 && Number.isInteger(item)) ? 3 : 2, -1, length];
  } catch {
    return [0, -1, 1];
  }
}
