// What the stand-in draws and speaks are real files: taken apart here by other means than those that made them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync, crc32 as zlibCRC } from "node:zlib";

import { createLocalAI } from "../../../pkg-template/local/index.js";
import { audioInfo } from "../../../pkg-template/local/media/audio-info.js";
import { fromBase64, toBase64 } from "../../../pkg-template/local/media/base64.js";
import { zlib } from "../../../pkg-template/local/media/deflate.js";
import { imageInfo } from "../../../pkg-template/local/media/image-info.js";
import { encodeJPEG } from "../../../pkg-template/local/media/jpeg.js";
import { picture } from "../../../pkg-template/local/media/picture.js";
import { crc32, encodePNG } from "../../../pkg-template/local/media/png.js";

const SIZES = [
  [8, 8],
  [1, 1],
  [100, 37],
  [512, 256],
];

test("deflated data inflates to what it was, runs of every length included", () => {
  for (let length = 0; length < 600; length++) {
    const bytes = Buffer.concat([Buffer.from([1, 2, 200]), Buffer.alloc(length, 7), Buffer.from([3])]);
    assert.deepEqual(inflateSync(zlib(bytes)), bytes);
  }
});

/** Pixels of a PNG with the filters that are used here. */
function pixelsOf(bytes) {
  const file = Buffer.from(bytes);
  const data = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    const check = zlibCRC ? zlibCRC(body) : crc32(body);
    assert.equal(file.readUInt32BE(at + 8 + length), check);
    if (body.toString("latin1", 0, 4) === "IDAT") data.push(body.subarray(4));
    at += 12 + length;
  }
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const rows = inflateSync(Buffer.concat(data));
  assert.equal(rows.length, height * (1 + 3 * width));
  const pixels = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (1 + 3 * width)];
    for (let x = 0; x < 3 * width; x++) {
      const left = x >= 3 ? pixels[y * 3 * width + x - 3] : 0;
      const above = y > 0 ? pixels[(y - 1) * 3 * width + x] : 0;
      pixels[y * 3 * width + x] = rows[y * (1 + 3 * width) + 1 + x] + (filter === 1 ? left : above);
    }
  }
  return (x, y) => [...pixels.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

for (const [width, height] of SIZES) {
  test(`a PNG of ${width} by ${height} has the picture's colours`, () => {
    const drawn = picture("seed", width, height);
    const bytes = encodePNG(drawn, "a comment, ü");
    const { format, comment, ...size } = imageInfo(bytes);
    assert.deepEqual([format, comment, size.width, size.height], ["PNG", "a comment, ü", width, height]);
    const at = pixelsOf(bytes);
    for (let y = 0; y < height; y += 3)
      for (let x = 0; x < width; x += 3) assert.deepEqual(at(x, y), drawn.colour(x, y));
  });

  test(`a JPEG of ${width} by ${height} has the picture's blocks`, () => {
    const drawn = picture("seed", width, height);
    const bytes = encodeJPEG(drawn, "a comment, ü");
    const { format, comment, ...size } = imageInfo(bytes);
    assert.deepEqual([format, comment, size.width, size.height], ["JPEG", "a comment, ü", width, height]);
    const blocks = jpegBlocks(bytes);
    assert.equal(blocks.length, Math.ceil(width / 8) * Math.ceil(height / 8));
    const across = Math.ceil(width / 8);
    for (const [index, colour] of blocks.entries()) {
      const expected = drawn.colour(8 * (index % across), 8 * Math.floor(index / across));
      for (const channel of [0, 1, 2]) assert.ok(Math.abs(colour[channel] - expected[channel]) <= 2);
    }
  });
}

/** The colours of a JPEG's blocks, of which only the means are coded. */
function jpegBlocks(bytes) {
  const file = Buffer.from(bytes);
  let at = 2;
  const tables = {};
  while (file[at + 1] !== 0xda) {
    const length = file.readUInt16BE(at + 2);
    if (file[at + 1] === 0xc4) tables[file[at + 4]] = codes(file.subarray(at + 5, at + 2 + length));
    at += 2 + length;
  }
  at += 2 + file.readUInt16BE(at + 2);
  assert.deepEqual([...file.subarray(-2)], [0xff, 0xd9]);
  const scan = [...file.subarray(at, -2)].filter(
    (byte, index, all) => !(byte === 0 && all[index - 1] === 0xff),
  );
  const bits = scan.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  let position = 0;
  const symbol = (table) => {
    for (let length = 1; length <= 16; length++) {
      const value = table.get(bits.slice(position, position + length));
      if (value === undefined) continue;
      position += length;
      return value;
    }
    return null;
  };
  const means = [0, 0, 0];
  const blocks = [];
  while (bits.length - position >= 8 || bits.slice(position).includes("0")) {
    for (const component of [0, 1, 2]) {
      const size = symbol(tables[0x00]);
      if (size === null) return blocks;
      const raw = size === 0 ? 0 : Number.parseInt(bits.slice(position, position + size), 2);
      position += size;
      means[component] += size > 0 && raw < 2 ** (size - 1) ? raw - 2 ** size + 1 : raw;
      assert.equal(symbol(tables[0x10]), 0);
    }
    const [y, cb, cr] = means;
    blocks.push([y + 128 + 1.402 * cr, y + 128 - 0.344136 * cb - 0.714136 * cr, y + 128 + 1.772 * cb]);
  }
  return blocks;
}

function codes(definition) {
  const table = new Map();
  let code = 0;
  let next = 16;
  for (let length = 1; length <= 16; length++) {
    for (let count = definition[length - 1]; count > 0; count--)
      table.set((code++).toString(2).padStart(length, "0"), definition[next++]);
    code <<= 1;
  }
  return table;
}

const AURA = "@cf/deepgram/aura-1";
const speak = async (inputs) => {
  const ai = createLocalAI({ engine: "stand-in" });
  const response = await ai.run(
    AURA,
    { text: "one two three four five", ...inputs },
    { returnRawResponse: true },
  );
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { type: response.headers.get("content-type"), bytes, info: audioInfo(bytes) };
};

for (const [inputs, type, format, sampleRate] of [
  [{}, "audio/mpeg", "MP3", 24000],
  [{ encoding: "linear16" }, "audio/wav", "WAV", 24000],
  [{ encoding: "linear16", sample_rate: 8000 }, "audio/wav", "WAV", 8000],
  [{ encoding: "mulaw" }, "audio/wav", "WAV", 8000],
  [{ encoding: "alaw" }, "audio/wav", "WAV", 8000],
  [{ encoding: "flac", sample_rate: 48000 }, "audio/flac", "FLAC", 48000],
  [{ encoding: "opus" }, "audio/ogg", "Ogg", 48000],
  [{ encoding: "aac" }, "audio/aac", "AAC", 24000],
]) {
  test(`speech as ${JSON.stringify(inputs)} is ${type}`, async () => {
    const seen = await speak(inputs);
    assert.deepEqual([seen.type, seen.info.format, seen.info.sampleRate], [type, format, sampleRate]);
    // Five words of 0.4 seconds, up to a frame more.
    assert.ok(seen.info.duration >= 2 && seen.info.duration < 2.1, String(seen.info.duration));
  });
}

test("speech without a container is samples alone", async () => {
  const { type, bytes } = await speak({ encoding: "linear16", container: "none", sample_rate: 16000 });
  assert.equal(type, "audio/l16;rate=16000");
  assert.equal(bytes.length, 2 * 2 * 16000);
});

test("what the stand-in says and draws comes back as the text that it was made of", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  const { audio } = await ai.run("@cf/myshell-ai/melotts", { prompt: "Good morning, Ada" });
  const transcript = await ai.run("@cf/openai/whisper-large-v3-turbo", { audio });
  assert.equal(transcript.text, "Good morning, Ada");
  assert.deepEqual(
    transcript.segments[0].words.map(({ word }) => word),
    ["Good", "morning,", "Ada"],
  );
  assert.match(transcript.vtt, /^WEBVTT\n\n00:00\.000 --> 00:01\.\d{3}\nGood morning, Ada\n$/);
  const { image } = await ai.run("@cf/black-forest-labs/flux-1-schnell", { prompt: "a red cat" });
  const seen = await ai.run("@cf/llava-hf/llava-1.5-7b-hf", { image: [...fromBase64(image)] });
  assert.match(seen.description, /made for "a red cat"/);
});

test("the same prompt makes the same picture, another seed another one", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  const draw = async (inputs) => {
    const stream = await ai.run("@cf/leonardo/phoenix-1.0", {
      prompt: "x",
      width: 64,
      height: 64,
      ...inputs,
    });
    return toBase64(new Uint8Array(await new Response(stream).arrayBuffer()));
  };
  assert.equal(await draw({}), await draw({}));
  assert.notEqual(await draw({ seed: 1 }), await draw({ seed: 2 }));
});

test("boxes lie inside the image", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  for (const [width, height] of SIZES) {
    const image = [...encodePNG(picture(`${width}`, width, height))];
    for (const { box } of await ai.run("@cf/facebook/detr-resnet-50", { image })) {
      assert.ok(0 <= box.xmin && box.xmin < box.xmax && box.xmax <= width, JSON.stringify(box));
      assert.ok(0 <= box.ymin && box.ymin < box.ymax && box.ymax <= height, JSON.stringify(box));
    }
  }
});

test("someone who is silent at the end has finished", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  const { bytes } = await speak({ encoding: "linear16", container: "none", sample_rate: 16000 });
  const { encodeWAV } = await import("../../../pkg-template/local/media/wav.js");
  const ask = (data) =>
    ai.run("@cf/pipecat-ai/smart-turn-v2", { audio: toBase64(encodeWAV(data, { sampleRate: 16000 })) });
  const silence = new Uint8Array(16000);
  const [speech, ended] = [
    bytes.subarray(0, 2 * 16000),
    new Uint8Array([...bytes.subarray(0, 32000), ...silence]),
  ];
  assert.deepEqual([(await ask(speech)).is_complete, (await ask(ended)).is_complete], [false, true]);
});
