// A short, stable fingerprint of a request (FNV-1a, 64 bits), so that a test can tell whose answer it got.
// Not a security measure: anything cryptographic would be asynchronous here and gain nothing.

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const encoder = new TextEncoder();

/** Sixteen hex digits that depend on every byte of the text. */
export function digest(text) {
  let hash = OFFSET;
  for (const byte of encoder.encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(16, "0");
}

/** JSON with sorted keys, so that the order of members doesn't change a digest. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (value && typeof value === "object") {
    const members = Object.keys(value)
      .sort()
      .filter((key) => value[key] !== undefined);
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** Delivery, not content: the same question streamed or not has the same digest. */
const DELIVERY = new Set(["stream", "stream_options", "model"]);

/** The digest that the stand-in puts into its answer to these inputs. */
export function inputsDigest(model, inputs) {
  const content = Object.fromEntries(Object.entries(inputs).filter(([key]) => !DELIVERY.has(key)));
  return digest(`${model}\n${canonical(content)}`).slice(0, 12);
}

/** A small repeatable random source, seeded by a text. */
export function randomFrom(seed) {
  let state = Number(BigInt(`0x${digest(seed)}`) & 0xffffffffn) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
