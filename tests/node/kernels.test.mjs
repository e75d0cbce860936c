/** The JavaScript halves of the kernels. What the kernels read and write is tested in Rust; here it is how the bytes get there and back. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { madeSources, template } from "../../tools/build/sources.mjs";
import { root } from "../../tools/setup/process.mjs";

// No entry exports them: they are bundled apart, with the wasm in place.
const outfile = path.join(root, "build", "kernels.mjs");
await build({
  stdin: {
    contents: `
      export * as entry from "./index.js";
      export * as tasks from "./tasks-inlined.js";
      export * from "./kernels/index.js";
    `,
    resolveDir: template,
  },
  outfile,
  bundle: true,
  format: "esm",
  external: ["*.wasm"],
  plugins: [madeSources({ quick: true })],
});
const kernels = await import(pathToFileURL(outfile));
const { FloatsReader, readFloats, Base64Reader, readBase64, decodeBase64, encodeBase64 } = kernels;
const { MediaBody, asBase64, asNumbers, toNumbers, collect, sniff } = kernels;
const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder().decode(bytes);

function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const bytesOf = (length, seed = 1) => {
  const random = generator(seed);
  return Uint8Array.from({ length }, () => random() * 256);
};
const sameBytes = (actual, expected) => assert.equal(Buffer.compare(actual, expected), 0);

test("floats are bit for bit what JSON.parse and Float32Array give", () => {
  const random = generator(3);
  const rows = Array.from({ length: 60 }, () =>
    Array.from({ length: 700 }, () => (random() - 0.5) * 10 ** Math.floor(random() * 12 - 9)),
  );
  // More of those that have to be read exactly than one call takes: middles between two floats, huge ones, tiny ones.
  const hard = Array.from({ length: 400 }, (_, at) => [1 + 2 ** -24, 1e39, -1e-46, 3e-39, 1e300][at % 5]);
  rows.push(hard, [-0, 0, 1, -1, 123456789012345680000]);
  const text = JSON.stringify({ shape: [2, 3], data: rows, usage: { total_tokens: 5 } }).replace(
    "[0,0,1,",
    "[-0,0,1,",
  );
  const expected = Float32Array.from(JSON.parse(text).data.flat());
  const { floats, rest } = readFloats(encode(text));
  sameBytes(new Uint8Array(floats.buffer), new Uint8Array(expected.buffer));
  assert.ok(Object.is(floats.at(-5), -0));
  assert.deepEqual(
    JSON.parse(rest).data,
    rows.map((row) => [row.length]),
  );
  assert.deepEqual(JSON.parse(rest).usage, { total_tokens: 5 });

  const reader = new FloatsReader();
  const bytes = encode(text);
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + Math.floor(random() * 9000);
    reader.push(bytes.subarray(at, end));
    at = end;
  }
  assert.equal(reader.finish(), rest);
  assert.equal(reader.length, expected.length);
  sameBytes(new Uint8Array(reader.floats().buffer), new Uint8Array(expected.buffer));
});

test("a fault says what and where, and leaves the others alone", () => {
  const other = new FloatsReader();
  other.push(encode('{"data":[1,'));
  assert.throws(() => readFloats(encode('{"data":[[1,null]]}')), {
    name: "WorkersAIError",
    code: "MALFORMED_RESPONSE",
    message: /at byte 12/,
  });
  assert.throws(() => readFloats(encode('{"data":[[1')), { code: "MALFORMED_RESPONSE" });
  other.push(encode("2]}"));
  assert.equal(other.finish(), '{"data":[2]}');
  assert.deepEqual([...other.floats()], [1, 2]);
});

test("a picture comes out of JSON, whole or in pieces, with its size known or not", () => {
  const picture = bytesOf(300_001);
  const base64 = Buffer.from(picture).toString("base64");
  const bytes = encode(`{"result":{"image":"${base64}"},"success":true}`);
  const whole = readBase64(bytes, ["image"]);
  sameBytes(whole.bytes, picture);
  assert.equal(whole.bytes.buffer.byteLength, picture.length);
  assert.deepEqual([whole.found, whole.rest], [true, '{"result":{"image":""},"success":true}']);
  for (const size of [0, 10, bytes.length, 1e12]) {
    const reader = new Base64Reader(["audio", "image"], size);
    for (let at = 0; at < bytes.length; at += 70_001) reader.push(bytes.subarray(at, at + 70_001));
    assert.equal(reader.finish(), whole.rest);
    sameBytes(reader.bytes(), picture);
  }
  assert.equal(readBase64(encode('{"image":null}'), ["image"]).found, false);
});

test("a damaged picture gives what came before", () => {
  const reader = new Base64Reader(["image"]);
  reader.push(encode('{"image":"QUJD'));
  assert.throws(() => reader.push(encode("RE*G")), { code: "MALFORMED_RESPONSE", message: /at byte 16/ });
  assert.equal(decode(reader.bytes()), "ABC");
});

test("base64 and back", () => {
  for (const length of [0, 1, 2, 3, 100, 49_151, 49_152, 49_153, 200_000]) {
    const bytes = bytesOf(length, length);
    const base64 = Buffer.from(bytes).toString("base64");
    assert.equal(encodeBase64(bytes), base64);
    sameBytes(decodeBase64(base64, "audio"), bytes);
    sameBytes(decodeBase64(encode(base64), "audio"), bytes);
    sameBytes(decodeBase64(`data:audio/wav;base64,${base64}`, "audio"), bytes);
  }
  for (const [text, place] of [
    ["QUJD*", 4],
    [`${"A".repeat(70_000)}é`, 70_000],
    [`${"A".repeat(65_535)}🦊`, 65_535],
    ["QUJDQ", 5],
  ]) {
    assert.throws(() => decodeBase64(text, "audio"), {
      code: "INVALID_INPUT",
      field: "audio",
      message: new RegExp(`at byte ${place}\\)`),
    });
  }
});

test("bodies are what JSON.stringify would make of them, in every form", async () => {
  for (const length of [0, 1, 2, 3, 32_768, 32_769, 49_152, 98_304, 3_000_000]) {
    const media = bytesOf(length, length + 1);
    for (const [form, value] of [
      [asBase64, Buffer.from(media).toString("base64")],
      [asNumbers, Array.from(media)],
    ]) {
      const text = JSON.stringify({ é: 1, audio: value, image: value, z: "x" });
      const body = new MediaBody(['{"é":1,"audio":', form(media), ',"image":', form(media), ',"z":"x"}']);
      const expected = encode(text);
      assert.equal(body.length, expected.length);
      sameBytes(body.bytes(), expected);
      sameBytes(new Uint8Array(await new Response(body.stream()).arrayBuffer()), expected);
      const blob = body.blob("application/json");
      assert.deepEqual([blob.size, blob.type], [expected.length, "application/json"]);
      sameBytes(new Uint8Array(await blob.arrayBuffer()), expected);
    }
  }
  assert.deepEqual(toNumbers(Uint8Array.of(1, 255, 0)), [1, 255, 0]);
});

test("a large body is sent as a stream of known length, as often as wanted", async (t) => {
  const lengths = [];
  const server = createServer((request, response) => {
    let length = 0;
    request.on("data", (chunk) => {
      length += chunk.length;
    });
    request.on("end", () => {
      lengths.push([length, Number(request.headers["content-length"])]);
      response.end();
    });
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const body = new MediaBody(['{"audio":', asNumbers(bytesOf(3_000_000)), "}"]);
  assert.ok(body.forFetch(true).body instanceof Uint8Array);
  for (let attempt = 0; attempt < 2; attempt++) {
    const init = body.forFetch(false);
    assert.ok(init.body instanceof ReadableStream);
    await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", ...init });
  }
  assert.deepEqual(lengths, Array(2).fill([body.length, body.length]));
  assert.ok(new MediaBody(["{}"]).forFetch(false).body instanceof Uint8Array);
});

test("a stream that is not wanted any more makes nothing more", async () => {
  const reader = new MediaBody([asBase64(bytesOf(500_000))]).stream().getReader();
  await reader.read();
  await reader.cancel();
  assert.equal((await reader.read()).done, true);
});

test("media of unknown length is collected, up to a bound", async () => {
  const media = bytesOf(10_000);
  const how = { field: "audio", limit: 10_000 };
  const stream = (...chunks) => ReadableStream.from(chunks);
  for (const source of [
    media,
    media.buffer,
    new DataView(media.buffer),
    new Blob([media]),
    new Response(media),
    stream(media.subarray(0, 4000), media.slice(4000).buffer),
    stream(media),
  ]) {
    sameBytes(await collect(source, how), media);
  }
  const less = { ...how, limit: 9999 };
  for (const source of [media, new Blob([media]), new Response(media), stream(media, media)]) {
    await assert.rejects(collect(source, less), { code: "TOO_LARGE", field: "audio" });
  }
  const locked = stream(media);
  locked.getReader();
  for (const source of ["text", 5, null, locked, stream("text"), new Response("no", { status: 404 })]) {
    await assert.rejects(collect(source, how), { code: "INVALID_INPUT", field: "audio" });
  }
});

test("collecting ends when nobody wants it any more, and lets the source go", async () => {
  const controller = new AbortController();
  let cancelled;
  const endless = new ReadableStream({ cancel: (reason) => (cancelled = reason) });
  const pending = collect(endless, { field: "audio", limit: 10, signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(pending, { message: "enough" });
  assert.equal(cancelled.message, "enough");
  await assert.rejects(collect(new Blob(["x"]), { field: "a", limit: 9, signal: controller.signal }), {
    message: "enough",
  });
});

test("media types are told by the first bytes", () => {
  assert.equal(sniff(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)), "image/jpeg");
  assert.equal(sniff(encode("RIFF....WAVEfmt ")), "audio/wav");
  assert.equal(sniff(encode("hello")), undefined);
  assert.equal(sniff(new Uint8Array(0)), undefined);
});
