// Entries of a ZIP archive, as office documents are.

import { viewOf } from "../media/bytes.js";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const [STORED, DEFLATED] = [0, 8];
/** What one entry may become: a small archive can claim to be a huge one. */
const LARGEST = 64 * 2 ** 20;
const decoder = new TextDecoder();

/** The names and places of an archive's entries; throws if it is none. */
export function openZip(bytes) {
  const view = viewOf(bytes);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error("the file is not an archive");
  const entries = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0 && at + 46 <= end; left--) {
    if (view.getUint32(at, true) !== ENTRY) break;
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    entries.set(name, {
      method: view.getUint16(at + 10, true),
      size: view.getUint32(at + 20, true),
      start: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + extra + comment;
  }
  return { names: [...entries.keys()], read: (name) => readEntry(bytes, view, entries.get(name)) };
}

async function readEntry(bytes, view, entry) {
  if (!entry) return null;
  const start =
    entry.start + 30 + view.getUint16(entry.start + 26, true) + view.getUint16(entry.start + 28, true);
  const data = bytes.subarray(start, start + entry.size);
  if (entry.method === STORED) return decoder.decode(data);
  if (entry.method !== DEFLATED) throw new Error("the archive is packed in an unknown way");
  return inflate(data);
}

async function inflate(data) {
  const reader = new Response(data).body.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const text = new TextDecoder();
  let result = "";
  let size = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) return result + text.decode();
    size += value.length;
    if (size > LARGEST) {
      await reader.cancel();
      throw new Error("the file is too large");
    }
    result += text.decode(value, { stream: true });
  }
}
