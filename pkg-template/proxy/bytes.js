// Operations on bytes that the proxy and the OpenAI interface share.

/**
 * The concatenation of some byte arrays.
 *
 * @param {Uint8Array[]} parts
 */
export function concatBytes(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
