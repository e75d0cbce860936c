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

export const isForm = (value) => typeof value === "object" && value !== null && tagOf(value) === "FormData";

/** An `ArrayBuffer` or a view of one. */
export const isBytes = (value) => ArrayBuffer.isView(value) || /^(?:Shared)?ArrayBuffer$/.test(tagOf(value));

/** Bytes as a `Uint8Array`, without a copy. */
export const asBytes = (value) =>
  ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);

/** An id for a tool call that the service gave none. No `crypto`: insecure pages have none, and it only has to be unique. */
export function madeUpId() {
  let id = "call_";
  while (id.length < 25) id += Math.floor(Math.random() * 32).toString(32);
  return id;
}
