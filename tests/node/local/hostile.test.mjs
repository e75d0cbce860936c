// Requests that want to stop the service for everybody else: each is answered or refused, small calls are answered meanwhile, the memory stays
// within bounds, and the process lives.

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { TURN } from "../../../pkg-template/local/streams/turns.js";
import { frame, open } from "./socket-client.mjs";

const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const GLM = "@cf/zai-org/glm-4.7-flash";
const MIB = 2 ** 20;
/** Units of work that one turn of the loop may have: a tenth of what others would notice. */
const MOST_UNITS = 2 * TURN;
const MOST_MEMORY = 1400 * MIB;

let child;
let server;
before(async () => {
  child = fork(fileURLToPath(new URL("hostile-server.mjs", import.meta.url)), { stdio: "inherit" });
  [server] = await once(child, "message");
});
after(() => child.kill());

const headers = () => ({ authorization: `Bearer ${server.apiToken}` });
const send = async (path, body, more = {}) => {
  const response = await fetch(server.baseURL + path, {
    method: "POST",
    headers: { ...headers(), ...more },
    body:
      typeof body === "string" || body instanceof Uint8Array || body instanceof FormData
        ? body
        : JSON.stringify(body),
  });
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.length;
  return { status: response.status, bytes };
};
const run = (model, inputs, more) => send(`/run/${model}`, inputs, more);
const file = (name, content) => () => {
  const form = new FormData();
  form.append("files", new Blob([content]), name);
  return send("/tomarkdown", form);
};
const schema = (json_schema) => () =>
  run(LLAMA, { prompt: "x", response_format: { type: "json_schema", json_schema } });
const tool = (parameters) => () =>
  run(GLM, { prompt: "x", tools: [{ type: "function", function: { name: "f", parameters } }] });
const nested = (depth, open, close) => open.repeat(depth) + close.repeat(depth);
const u32 = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const pngOf = (width, height) =>
  Uint8Array.from([
    0x89,
    0x50,
    0x4e,
    0x47,
    13,
    10,
    26,
    10,
    0,
    0,
    0,
    13,
    0x49,
    0x48,
    0x44,
    0x52,
    ...u32(width),
    ...u32(height),
    8,
    2,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
const filled = (head, size, value = 0) => {
  const bytes = new Uint8Array(size).fill(value);
  bytes.set(head);
  return bytes;
};
const ascii = (text) => new TextEncoder().encode(text);
const words = (size) => "word ".repeat(size / 5);
const audio = (model, bytes) => () => run(model, bytes, { "content-type": "audio/wav" });

/** Speaks to a realtime model and reads on until it closes, or until enough has come. */
async function talk(model, inputs, messages) {
  const { socket, response, next } = await open(
    `${server.baseURL}/run/${model}?${new URLSearchParams(inputs)}`,
    { headers: headers() },
  );
  if (response) return { status: response.statusCode };
  socket.on("error", () => {});
  for (const message of messages) socket.write(message);
  let seen = 0;
  while (seen < 200 && (await next())) seen += 1;
  socket.destroy();
  return { status: 101 };
}

/** Bytes as they are, over a connection of their own; what comes back, as far as it goes. */
function raw(text) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(text));
    let seen = "";
    socket.on("data", (bytes) => {
      seen += bytes;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(seen)?.[1] ?? 0) }));
  });
}
const get = (path) => () =>
  raw(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${server.apiToken}\r\nConnection: close\r\n\r\n`,
  );
const account = () => `/client/v4/accounts/${server.accountId}/ai`;

/** By what they try: a request, and the statuses that are an answer to it. */
const HOSTILE = {
  "a text of 400 million letters by its schema": [schema({ type: "string", minLength: 4e8 }), 403],
  "a billion items by its schema": [schema({ type: "array", minItems: 1e9 }), 403],
  "arrays in arrays by its schema": [
    schema(
      Array.from({ length: 8 }).reduce((items) => ({ type: "array", minItems: 100, items }), {
        type: "string",
      }),
    ),
    403,
  ],
  "a schema that refers to itself twice": [
    schema({ type: "object", properties: { a: { $ref: "#" }, b: { $ref: "#" }, c: { $ref: "#" } } }),
    403,
  ],
  "references in a circle": [schema({ $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } }), 200],
  "negative and odd sizes in a schema": [
    schema({
      type: "object",
      properties: {
        a: { type: "string", minLength: -1e9, maxLength: "x" },
        b: { type: "array", minItems: Number.MAX_VALUE },
      },
    }),
    403,
  ],
  "lengths that are no numbers": [
    schema({ type: "string", minLength: { toString: 1 }, maxLength: null }),
    200,
  ],
  "a tool with a billion items": [tool({ type: "array", minItems: 1e9 }), 403],
  "a tool with allOf of 150,000": [tool({ allOf: new Array(150_000).fill({ type: "object" }) }), 403],
  "5,000 tools": [
    () =>
      run(GLM, {
        prompt: "x",
        tools: Array.from({ length: 5000 }, (_, at) => ({ type: "function", function: { name: `f${at}` } })),
      }),
    400,
  ],
  "an answer of ten million words": [() => run(GLM, { prompt: "count: 10000000", max_tokens: 1e9 }), 200],
  "calls spelled with 200,000 blanks": [
    () =>
      run(GLM, {
        prompt: `call: a${" ".repeat(200_000)}x`,
        tools: [{ type: "function", function: { name: "a" } }],
      }),
    200,
  ],
  "a prompt of blanks": [() => run(GLM, { prompt: " ".repeat(500_000) }), 200],
  "a prompt of 6 MB": [() => run(LLAMA, { prompt: words(6e6) }), 413],
  "30,000 messages": [
    () => run(GLM, { messages: new Array(30_000).fill({ role: "user", content: "a" }) }),
    400,
  ],
  "20,000 stop texts": [() => run(GLM, { prompt: words(50_000), stop: new Array(20_000).fill("zz") }), 400],
  "JSON 200,000 deep": [() => run(GLM, `{"prompt":${nested(200_000, "[", "]")}}`), 400],
  "objects 100,000 deep": [
    () => run(GLM, `{"prompt":"a","x":${nested(100_000, '{"a":', "}").replace("}", "1}")}}`),
    400,
  ],
  "a million empty objects": [() => run(GLM, `{"prompt":"a","x":[${"{},".repeat(1e6)}{}]}`), 400],
  "8 million numbers": [() => run("@cf/openai/whisper", `{"audio":[${"1,".repeat(8e6)}1]}`), 422],
  "40 MB of JSON": [() => run(GLM, `{"prompt":"${"a".repeat(40e6)}"}`), 413],
  "110 MB of bytes": [
    () => run("@cf/openai/whisper", new Uint8Array(110 * MIB), { "content-type": "audio/wav" }),
    413,
  ],
  "no JSON": [() => run(GLM, '{"prompt":'), 400],
  "bytes that are no text": [() => run(GLM, filled([0x7b, 0xff, 0xfe], 5000, 0x80)), 400],
  "CSV of 20,000 columns and 20,000 rows": [
    file("a.csv", `${",".repeat(20_000)}\n${"a\n".repeat(20_000)}`),
    200,
  ],
  "CSV of 130,000 rows": [file("a.csv", "a,b\n".repeat(130_000)), 200],
  "CSV with a quote that never ends": [file("a.csv", `"${"a,\n".repeat(500_000)}`), 200],
  "HTML of tags that never end": [file("a.html", "<a ".repeat(200_000)), 200],
  "HTML 300,000 deep": [file("a.html", "<div>".repeat(300_000)), 200],
  "lists in lists": [file("a.html", `${"<ul><li>a".repeat(450)}`.repeat(20)), 200],
  "quotes in quotes": [file("a.html", `${"<blockquote>".repeat(900)}${"line<br>".repeat(50_000)}`), 200],
  "bold in bold": [file("a.html", `${"<b>".repeat(950)}${"a ".repeat(200_000)}`), 200],
  "tables in tables": [file("a.html", `${"<table><tr><td>".repeat(300)}${"a|b\n".repeat(50_000)}`), 200],
  "ends of what never began": [file("a.html", `${"<div>".repeat(900)}${"</b>".repeat(300_000)}`), 200],
  "a pre of 400,000 blanks": [file("a.html", `<pre>${" ".repeat(400_000)}x</pre>`), 200],
  "a list's pre of line breaks": [file("a.html", `<ul><li><pre>${"\n".repeat(300_000)}</pre>`), 200],
  "300,000 attributes": [file("a.html", `<p ${"a=b ".repeat(300_000)}>x`), 200],
  "entities without end": [file("a.html", "&#x".repeat(300_000)), 200],
  "comments without end": [file("a.html", "<!--".repeat(200_000)), 200],
  "a selector that backtracks": [
    () => {
      const form = new FormData();
      form.append("files", new Blob(["<div>".repeat(900)]), "a.html");
      form.append("conversionOptions", JSON.stringify({ html: { cssSelector: `${"div ".repeat(40)}p` } }));
      return send("/tomarkdown", form);
    },
    200,
  ],
  "XML 100,000 deep": [file("a.xml", "<a>".repeat(100_000)), 200],
  "links without end, as text": [
    () => {
      const form = new FormData();
      form.append("files", new Blob([`<p>${"[a](b".repeat(60_000)}${"`*".repeat(60_000)}`]), "a.html");
      form.append("conversionOptions", JSON.stringify({ output: { format: "text" } }));
      return send("/tomarkdown", form);
    },
    200,
  ],
  "a spreadsheet that unpacks to 200 MB": [
    file(
      "a.xlsx",
      zipSync({ "xl/workbook.xml": ascii("<a/>"), "xl/worksheets/sheet1.xml": new Uint8Array(200 * MIB) }),
    ),
    200,
  ],
  "a spreadsheet of cells far to the right": [
    file(
      "a.xlsx",
      zipSync({
        "xl/workbook.xml": ascii("<a/>"),
        "xl/worksheets/sheet1.xml": ascii(`<s>${'<row><c r="ZZZ1"><v>1</v></c></row>'.repeat(20_000)}</s>`),
      }),
    ),
    200,
  ],
  "an archive that lies": [file("a.docx", filled([0x50, 0x4b, 3, 4], 300_000, 0x50)), 200],
  "a form of 50,000 parts": [
    () =>
      send(
        "/tomarkdown",
        `${'--b\r\ncontent-disposition: form-data; name="files"; filename="a.html"\r\n\r\na\r\n'.repeat(50_000)}--b--\r\n`,
        { "content-type": "multipart/form-data; boundary=b" },
      ),
    400,
  ],
  "speech of 100 MHz": [
    () => run("@cf/deepgram/aura-1", { text: "a", encoding: "linear16", sample_rate: 1e8 }),
    400,
  ],
  "speech of a whole book": [
    () => run("@cf/deepgram/aura-1", { text: words(90_000), encoding: "linear16", sample_rate: 48000 }),
    200,
  ],
  "10,000 contexts": [
    () => run("@cf/baai/bge-reranker-base", { query: "a", contexts: new Array(10_000).fill({ text: "a" }) }),
    400,
  ],
  "1,000 contexts of 20 kB": [
    () =>
      run("@cf/baai/bge-reranker-base", {
        query: "a",
        contexts: new Array(1000).fill({ text: words(20_000) }),
      }),
    200,
  ],
  "100 texts of 100 kB": [() => run("@cf/baai/bge-m3", { text: new Array(100).fill(words(100_000)) }), 200],
  "one word of 5 MB": [() => run("@cf/baai/bge-m3", { text: "a".repeat(5e6) }), 200],
  "8 MB to sum up": [
    () => run("@cf/facebook/bart-large-cnn", { input_text: words(8e6), max_length: 1e9 }),
    200,
  ],
  "8 MB to translate": [() => run("@cf/meta/m2m100-1.2b", { text: words(8e6), target_lang: "de" }), 200],
  "a picture of 4 billion pixels": [
    () =>
      run("@cf/runwayml/stable-diffusion-v1-5-img2img", {
        prompt: "a",
        image: [...pngOf(2 ** 31 - 1, 2 ** 31 - 1)],
      }),
    200,
  ],
  "a large picture": [
    () => run("@cf/leonardo/lucid-origin", { prompt: "a", width: 2500, height: 2500 }),
    200,
  ],
  "a size beyond": [() => run("@cf/leonardo/lucid-origin", { prompt: "a", width: 1e9, height: 1e9 }), 400],
  "a WAV of empty chunks": [audio("@cf/openai/whisper", filled(ascii("RIFF    WAVE"), 30 * MIB)), 422],
  "a JPEG of empty segments": [
    () =>
      run("@cf/microsoft/resnet-50", filled([0xff, 0xd8], 30 * MIB, 0xff), { "content-type": "image/jpeg" }),
    422,
  ],
  "an MP3 of the shortest frames": [
    audio(
      "@cf/openai/whisper",
      Uint8Array.from({ length: 20 * MIB }, (_, at) => [0xff, 0xf3, 0x14, 0xc0][at % 24] ?? 0),
    ),
    200,
  ],
  "raw audio of next to no rate": [
    () =>
      send("/run/@cf/deepgram/nova-3?encoding=linear16&sample_rate=0.0000001", new Uint8Array(1000), {
        "content-type": "audio/raw",
      }),
    400,
  ],
  "64 questions about 10 MB": [
    () =>
      run("@cf/cloudflare/clef", {
        model: "clef",
        state: words(1e7),
        questions: Object.fromEntries(
          Array.from({ length: 64 }, (_, at) => [
            `q${at}`,
            {
              type: "choice",
              instructions: "a",
              criteria: Object.fromEntries(Array.from({ length: 255 }, (_, n) => [`o${n}`, ""])),
            },
          ]),
        ),
      }),
    200,
  ],
  "a batch of a million": [
    () => send("/run/@cf/baai/bge-m3?queueRequest=true", `{"requests":[${"1,".repeat(1e6)}1]}`),
    400,
  ],
  "a body of a gigabyte by its header": [
    () => run(GLM, { prompt: "a" }, { "x-local-fault": "huge=1e9" }),
    400,
  ],
  "noise by its header": [() => run(GLM, { prompt: "a" }, { "x-local-fault": "noise=1e12" }), 400],
  "a status that is none": [() => run(GLM, { prompt: "a" }, { "x-local-fault": "empty=99" }), 400],
  "flux at one hertz": [() => talk("@cf/deepgram/flux", { encoding: "linear16", sample_rate: "1" }, []), 400],
  "nova at a terahertz": [
    () => talk("@cf/deepgram/nova-3", { encoding: "linear16", sample_rate: "1e12" }, []),
    400,
  ],
  "a minute of noise at once": [
    () =>
      talk("@cf/deepgram/flux", { encoding: "linear16", sample_rate: "8000" }, [
        frame(2, filled([], 8 * MIB, 0x55)),
        frame(2, filled([], 8 * MIB, 0x55)),
      ]),
    101,
  ],
  "a frame of an exabyte": [
    () => talk("@cf/deepgram/nova-3", { encoding: "linear16" }, [frame(2, "", { length: 2 ** 60 })]),
    101,
  ],
  "a path that is escaped wrongly": [get("/v1/10ca1000000000000000000000000000/%E0%A4%A/workers-ai/x"), 404],
  "a gateway that is escaped wrongly": [get("/ai-gateway/gateways/%ff/logs/%ff"), 404],
  "an upgrade by a wrong path": [() => talk("%E0%A4%A", {}, []), 400],
  "a host that is none": [() => raw("GET / HTTP/1.1\r\nHost: a b[c\r\nConnection: close\r\n\r\n"), 400],
  "a proxied address that is none": [
    () =>
      raw(
        "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nMF-URL: nowhere\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
      ),
    400,
  ],
  "a method that fetch can't say": [
    () => raw("TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
    400,
  ],
  "no HTTP at all": [() => raw("\0\u0001\u0002 nonsense\r\n\r\n"), 400],
  "a page of minus a billion": [
    () =>
      raw(
        `GET ${account()}/models/search?per_page=-1e9&page=1e308 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${server.apiToken}\r\nConnection: close\r\n\r\n`,
      ),
    200,
  ],
};

/** A small call. */
async function ping() {
  const response = await fetch(`${server.baseURL}/run/${LLAMA}`, {
    method: "POST",
    headers: headers(),
    body: JSON.stringify({ prompt: "echo: pong" }),
  });
  assert.equal((await response.json()).result.response, "pong");
}

/**
 * What the server says of itself: for how many milliseconds at most it has answered nobody since it was asked last, which is as long as the machine
 * wants, and how many units of work one turn has had, which is the same everywhere.
 */
async function ask() {
  child.send("");
  const [reply] = await once(child, "message");
  return reply;
}

/** Asks small things for as long as the work goes on, at least once. */
async function meanwhile(work) {
  await ask();
  let working = true;
  const done = work().finally(() => {
    working = false;
  });
  done.catch(() => {});
  do await ping();
  while (working);
  const outcome = await done;
  return { outcome, ...(await ask()) };
}

test("there are at least 60 of them", () => assert.ok(Object.keys(HOSTILE).length >= 60));

for (const [what, [attack, status]] of Object.entries(HOSTILE)) {
  test(what, async () => {
    const { outcome, stopped, units } = await meanwhile(attack);
    assert.equal(outcome.status, status);
    assert.ok(units <= MOST_UNITS, `${units} units in one turn`);
    if (stopped > 100) console.log(`${what}: nobody was answered for ${Math.round(stopped)} ms`);
  });
}

test("behind a body that is refused its connection serves the next request", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = async (path, body, type) => {
    const request = httpRequest(server.baseURL + path, {
      agent,
      method: "POST",
      headers: { ...headers(), "content-type": type, "content-length": body.length },
    });
    request.end(body);
    const [response] = await once(request, "response");
    const { localPort } = response.socket;
    response.resume();
    await once(request, "close");
    return [response.statusCode, localPort];
  };
  const [refused, first] = await post("/run/@cf/openai/whisper", Buffer.alloc(150 * MIB), "audio/wav");
  const [answered, second] = await post(`/run/${LLAMA}`, Buffer.from('{"prompt":"a"}'), "application/json");
  agent.destroy();
  assert.deepEqual([refused, answered, second], [413, 200, first]);
});

test("all of them at once, and small calls are answered", async () => {
  const all = Object.values(HOSTILE);
  const { stopped, units } = await meanwhile(() =>
    Promise.all(all.map(([attack]) => attack().catch(({ cause }) => ({ cause })))),
  );
  console.log(`all at once: nobody was answered for ${Math.round(stopped)} ms at most`);
  assert.ok(units <= MOST_UNITS, `${units} units in one turn`);
});

test("the memory stayed within bounds and nothing was thrown", async () => {
  const { memory, errors } = await ask();
  console.log(`memory at most ${Math.round(memory / MIB)} MiB`);
  assert.deepEqual(errors, []);
  assert.ok(memory < MOST_MEMORY, `${Math.round(memory / MIB)} MiB`);
  assert.equal(child.exitCode, null);
});
