// The index as bytes, the same on every machine: a head, the rows, the ids. All numbers have their lowest byte first.
//
//     0  "WAVX"            8  dimensions   16  bytes of the ids   24  checksum
//     4  version, 1       12  rows                               32  rows, dimensions * 4 bytes each
//     6  metric
//
// The ids are JSON. The checksum is XXH64 over everything else, with zeros in its place.

import { asBytes, isBytes, kindOf, refusal } from "../core.js";

const MAGIC = 0x58564157;
const VERSION = 1;
const HEAD = 32;
const CHECKSUM = 24;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** @returns {Uint8Array} */
export function pack({ metric, dimensions, rows, ids }) {
  const names = encoder.encode(JSON.stringify(ids));
  const size = rows.length * dimensions * 4;
  const bytes = new Uint8Array(HEAD + size + names.length);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, MAGIC, true);
  head.setUint16(4, VERSION, true);
  head.setUint16(6, metric, true);
  head.setUint32(8, dimensions, true);
  head.setUint32(12, rows.length, true);
  head.setBigUint64(16, BigInt(names.length), true);
  rows.copyTo(bytes, HEAD);
  bytes.set(names, HEAD + size);
  head.setBigUint64(CHECKSUM, rows.checksum(bytes), true);
  return bytes;
}

/**
 * Takes it apart; `checksum(rows)` then throws if a byte has changed. Rows are as they lie in `bytes`.
 *
 * @throws {WorkersAIError} `INVALID_INPUT`
 */
export function unpack(value, metrics, mostDimensions) {
  if (!isBytes(value)) throw refusal("bytes", `bytes must be a Uint8Array, not ${kindOf(value)}.`);
  const bytes = asBytes(value);
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD || head.getUint32(0, true) !== MAGIC) throw damaged();
  const version = head.getUint16(4, true);
  if (version !== VERSION) {
    throw refusal(
      "bytes",
      `The bytes are of version ${version} of the format; this package reads ${VERSION}.`,
    );
  }
  const metric = head.getUint16(6, true);
  const dimensions = head.getUint32(8, true);
  const size = head.getUint32(12, true) * dimensions * 4;
  const names = Number(head.getBigUint64(16, true));
  if (metric >= metrics || dimensions < 1 || dimensions > mostDimensions) throw damaged();
  if (HEAD + size + names !== bytes.length) throw damaged();
  const told = head.getBigUint64(CHECKSUM, true);
  let ids;
  try {
    ids = JSON.parse(decoder.decode(bytes.subarray(HEAD + size)));
  } catch {
    throw damaged();
  }
  const checksum = (rows) => {
    const first = bytes.slice(0, HEAD);
    first.fill(0, CHECKSUM, HEAD);
    if (rows.checksum(first, bytes.subarray(HEAD)) !== told) throw damaged();
  };
  return { metric, dimensions, rows: bytes.subarray(HEAD, HEAD + size), ids, checksum };
}

const damaged = () =>
  refusal("bytes", "The bytes are no serialised index, or were damaged. Serialise it again.");
