// Classifies values by their shape, which unlike `instanceof` works across realms and for substitutes.

/** The type of a value, for a message; never its contents. */
export function kindOf(value) {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (isList(value)) return "an array";
  const type = typeof value;
  return type === "object" ? "an object" : `a ${type}`;
}

/** An array; `Array.isArray` throws for a Proxy that was revoked. */
export function isList(value) {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** `"Blob"` for `[object Blob]`. */
export const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** True for a `ReadableStream`. */
export const isStream = (value) => typeof value?.getReader === "function";

/** True for a `Response`. */
export const isResponse = (value) =>
  typeof value?.status === "number" && typeof value.headers?.get === "function";

export const isBlob = (value) =>
  typeof value === "object" && value !== null && /^(?:Blob|File)$/.test(tagOf(value));

/** True for an `ArrayBuffer` or a view of one. */
export const isBytes = (value) => kindNumber(value) === KIND.BYTES;

/** Bytes as a `Uint8Array`, without a copy. */
export const asBytes = (value) =>
  ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);

/**
 * A member; undefined if the value is not an object, or if the getter throws. `Reflect.get` in the glue's
 * guard takes three times as long.
 */
export function read(value, name) {
  if (typeof value !== "object" && typeof value !== "function") return undefined;
  try {
    return value?.[name];
  } catch {
    return undefined;
  }
}

/** The class of an object and its superclasses, except for Object. */
function classesOf(object) {
  const classes = [];
  let next = Object.getPrototypeOf(object);
  while (next !== null && Object.getPrototypeOf(next) !== null) {
    classes.push(next);
    next = Object.getPrototypeOf(next);
  }
  return classes;
}

/** Names of the getters of an object's class, which neither a copy nor JSON contains. */
export function gettersOf(object) {
  const members = classesOf(object).flatMap((each) => Object.entries(Object.getOwnPropertyDescriptors(each)));
  const getters = members.filter(([name, { get }]) => get !== undefined && name !== "__proto__");
  return getters.map(([name]) => name).filter((name) => !Object.hasOwn(object, name));
}

/**
 * The name of a member that throws when it is read, for which `read` returns undefined; undefined if none
 * does.
 */
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
 * A shallow copy of an object that has getters, its own or its class's. In the copy all members are own ones,
 * and those that throw still throw, so that readers see the error.
 */
export function copyWithGetters(object) {
  const copy = {};
  try {
    for (const name of [...Object.keys(object), ...gettersOf(object)]) {
      const get = () => object[name];
      const set = (value) => Object.defineProperty(copy, name, { value, writable: true });
      Object.defineProperty(copy, name, { get, set, enumerable: true, configurable: true });
    }
  } catch {} // A revoked `Proxy` has no members.
  return copy;
}

/** Sets a member of an object of our own. */
export function put(object, name, value) {
  object[name] = value;
}

/**
 * The kind of a value as a number: the members of `Kind` in src/js/value.rs, in their order. One call
 * replaces a dozen reads across the boundary. A value that throws when it is examined counts as an object.
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
      // Throws for a detached buffer, as below.
      if (value.byteLength === 0) new Uint8Array(value.buffer);
      return 12;
    }
    const tag = TAGS.indexOf(tagOf(value));
    if (tag < 0) return 9;
    // The bytes of a transferred (detached) buffer cannot be viewed.
    if (tag < 2) new Uint8Array(value);
    return 12 + (tag >> 1);
  } catch {
    return 9;
  }
}

const SIMPLE = ["null", "undefined", "string", "number", "boolean", "symbol", "bigint"];
/** Two per kind. */
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

/**
 * An id for a tool call without one. `crypto` is missing in insecure contexts, and the id only has to be
 * unique.
 */
export function madeUpId() {
  let id = "call_";
  while (id.length < 25) id += Math.floor(Math.random() * 32).toString(32);
  return id;
}
