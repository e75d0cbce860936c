// What a value is, by its shape: that holds across realms and for stand-ins, unlike `instanceof`.

/** What a value is, for a sentence; never what it says. */
export function kindOf(value) {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return "an array";
  const type = typeof value;
  return type === "object" ? "an object" : `a ${type}`;
}

/** `[object Blob]` gives `"Blob"`. */
export const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** A `ReadableStream`. */
export const isStream = (value) => typeof value?.getReader === "function";

/** A `Response`. */
export const isResponse = (value) =>
  typeof value?.status === "number" && typeof value.headers?.get === "function";

export const isBlob = (value) =>
  typeof value === "object" && value !== null && /^(?:Blob|File)$/.test(tagOf(value));

/** An `ArrayBuffer` or a view of one. */
export const isBytes = (value) => kindNumber(value) === KIND.BYTES;

/** Bytes as a `Uint8Array`, without a copy. */
export const asBytes = (value) =>
  ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);

/** A member; undefined of what is no object, and where it throws. `Reflect.get` under a guard of the glue's takes three times as long. */
export function read(value, name) {
  if (typeof value !== "object" && typeof value !== "function") return undefined;
  try {
    return value?.[name];
  } catch {
    return undefined;
  }
}

/** What an object is, beside what all objects are: its class, and those that it extends. */
function classesOf(object) {
  const classes = [];
  let next = Object.getPrototypeOf(object);
  while (next !== null && Object.getPrototypeOf(next) !== null) {
    classes.push(next);
    next = Object.getPrototypeOf(next);
  }
  return classes;
}

/** The names of members that an object's class computes; they can be read, and no copy and no JSON has them. */
export function gettersOf(object) {
  const members = classesOf(object).flatMap((each) => Object.entries(Object.getOwnPropertyDescriptors(each)));
  const getters = members.filter(([name, { get }]) => get !== undefined && name !== "__proto__");
  return getters.map(([name]) => name).filter((name) => !Object.hasOwn(object, name));
}

/** The name of a member of an object that throws when it is read, as `read` does not tell; undefined where none does. */
export function unreadable(object) {
  let name = "";
  try {
    for (const each of [object, ...classesOf(object)])
      for (name of Object.getOwnPropertyNames(each)) Reflect.get(object, name);
    return undefined;
  } catch {
    return name;
  }
}

/**
 * A shallow copy of an object that has getters, its own or its class's: in the copy they are its own, and those that throw do so as well, so that
 * whoever reads it learns of it.
 */
export function copyWithGetters(object) {
  const copy = {};
  try {
    for (const name of [...Object.keys(object), ...gettersOf(object)]) {
      const get = () => object[name];
      const set = (value) => Object.defineProperty(copy, name, { value, writable: true });
      Object.defineProperty(copy, name, { get, set, enumerable: true, configurable: true });
    }
  } catch {} // A `Proxy` that was revoked has no members.
  return copy;
}

/** Sets a member of an object of our own. */
export function put(object, name, value) {
  object[name] = value;
}

/**
 * What a value is, as a number: the members of `Kind` in src/js/value.rs, in their order. One call instead of a dozen reads over the boundary.
 * A value that throws when it is looked at is an object.
 */
export function kindNumber(value) {
  if (value === null) return 0;
  const simple = SIMPLE.indexOf(typeof value);
  if (simple >= 0) return simple;
  try {
    if (Array.isArray(value)) return 8;
    if (isStream(value)) return 10;
    if (typeof value === "function") return 7;
    if (isResponse(value)) return 11;
    if (ArrayBuffer.isView(value)) {
      // So is a view of one.
      if (value.byteLength === 0) new Uint8Array(value.buffer);
      return 12;
    }
    const tag = TAGS.indexOf(tagOf(value));
    if (tag < 0) return 9;
    // The bytes of a buffer that was handed over to somebody else cannot be viewed.
    if (tag < 2) new Uint8Array(value);
    return 12 + (tag >> 1);
  } catch {
    return 9;
  }
}

const SIMPLE = ["null", "undefined", "string", "number", "boolean", "symbol", "bigint"];
/** Two for each kind. */
const TAGS = [
  "ArrayBuffer",
  "SharedArrayBuffer",
  "Blob",
  "File",
  "FormData",
  "FormData",
  "FileList",
  "FileList",
];

/** Some of those numbers. */
export const KIND = { LIST: 8, STREAM: 10, BYTES: 12, BLOB: 13 };

/** An id for a tool call that the service gave none. No `crypto`: insecure pages have none, and it only has to be unique. */
export function madeUpId() {
  let id = "call_";
  while (id.length < 25) id += Math.floor(Math.random() * 32).toString(32);
  return id;
}
