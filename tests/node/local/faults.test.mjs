import assert from "node:assert/strict";
import { test } from "node:test";

import { createLocalAI, createLocalHandler, serveLocalAI } from "../../../pkg-template/local/index.js";
import { eventValues, responseTexts } from "./helpers.mjs";

const LLAMA = "@cf/meta/llama-3.1-8b-instruct";
const handle = createLocalHandler({ engine: "stand-in" });

async function request(fault, body = { prompt: "echo: one two three", stream: true }, handler = handle) {
  return handler(
    new Request(`http://local/ai/run/${LLAMA}`, {
      method: "POST",
      headers: { "x-local-fault": fault },
      body: JSON.stringify(body),
    }),
  );
}
async function chunksOf(response) {
  const chunks = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return chunks;
}
const textOf = async (fault, body) => (await request(fault, body)).text();

for (const [fault, status, code] of [
  ["auth", 401, 10000],
  ["bad-input", 400, 5006],
  ["blocked", 424, 2016],
  ["capacity", 429, 3040],
  ["context", 413, 5021],
  ["deprecated", 410, 5028],
  ["gateway-timeout", 504, 2014],
  ["json-mode", 403, 5024],
  ["licence", 403, 5016],
  ["no-such-model", 400, 5007],
  ["paid", 403, 5035],
  ["quota", 429, 4006],
  ["rate-limit", 429, 2003],
  ["server", 500, 500],
  ["timeout", 408, 3007],
  ["too-large", 413, 3006],
  ["upstream-timeout", 408, 3046],
  ["error=7777, status=418", 418, 7777],
]) {
  test(`"${fault}" answers ${status} with code ${code}`, async () => {
    const response = await request(fault);
    assert.equal(response.status, status);
    assert.equal((await response.json()).errors[0].code, code);
  });
}

test("the quota has the binding's own number through the binding", async () => {
  const call = createLocalAI({ engine: "stand-in" }).run(
    LLAMA,
    { prompt: "x" },
    { extraHeaders: { "x-local-fault": "quota" } },
  );
  await assert.rejects(call, { message: /^3036: / });
});

test("retry-after goes with an error", async () => {
  assert.equal((await request("capacity, retry-after=7")).headers.get("retry-after"), "7");
});

test("times limits how often a fault is met", async () => {
  const statuses = [];
  for (let call = 0; call < 3; call++) statuses.push((await request("capacity, times=2, id=counted")).status);
  assert.deepEqual(statuses, [429, 429, 200]);
});

test("the edge's failures are no JSON", async () => {
  assert.match(await textOf("edge"), /^<!DOCTYPE html>/);
  assert.equal(await textOf("edge-text"), "error code: 1031");
});

test("chunk cuts the body into pieces of that many bytes, the bytes unchanged", async () => {
  const chunks = await chunksOf(await request("chunk=3"));
  assert.ok(chunks.slice(0, -1).every(({ length }) => length <= 3) && chunks.length > 20);
  assert.equal(responseTexts(Buffer.concat(chunks).toString()).join(""), "one two three");
});

test("truncate ends the body cleanly after some bytes", async () => {
  assert.equal((await textOf("truncate=10")).length, 10);
  assert.ok(!(await textOf("truncate")).includes("[DONE]"));
});

test("no-done leaves the end marker out and nothing else", async () => {
  const text = await textOf("no-done");
  assert.equal(responseTexts(text).join(""), "one two three");
  assert.ok(!text.includes("[DONE]"));
});

test("crlf ends every line with CRLF", async () => {
  const text = await textOf("crlf");
  assert.equal(text.replaceAll("\r\n", "").includes("\n"), false);
});

test("error-event puts an error after the first events and ends", async () => {
  const values = eventValues(await textOf("error-event, after=2"));
  assert.deepEqual(
    values.map(({ response, errors }) => response ?? errors[0].code),
    ["one", " two", 3040],
  );
});

test("garbage puts an event into the stream that doesn't parse", async () => {
  const text = await textOf("garbage");
  assert.throws(() => eventValues(text), SyntaxError);
  assert.ok(text.endsWith("data: [DONE]\n\n"));
});

test("drop breaks the body of a handler and the connection of a server", async () => {
  await assert.rejects((await request("drop=5")).text());
  const server = await serveLocalAI({ engine: "stand-in", faults: "drop=5" });
  try {
    const response = await fetch(`${server.url}/ai/run/${LLAMA}`, {
      method: "POST",
      body: JSON.stringify({ prompt: "x", stream: true }),
    });
    await assert.rejects(response.text());
  } finally {
    await server.close();
  }
});

test("stall sends its bytes and then waits until it is cancelled", async () => {
  const reader = (await request("stall=5")).body.getReader();
  assert.equal((await reader.read()).value.length, 5);
  const next = reader.read();
  const state = await Promise.race([
    next.then(() => "more"),
    new Promise((resolve) => setImmediate(resolve, "waiting")),
  ]);
  assert.equal(state, "waiting");
  await reader.cancel();
  assert.deepEqual(await next, { done: true, value: undefined });
});

test("whole-json answers JSON to a request for a stream", async () => {
  const response = await request("whole-json");
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal((await response.json()).result.response, "one two three");
});

test("faults may come from the options, also as a function of the call", async () => {
  const always = createLocalHandler({ engine: "stand-in", faults: { chunk: 1 } });
  const plain = new Request(`http://local/ai/run/${LLAMA}`, {
    method: "POST",
    body: JSON.stringify({ prompt: "echo: x", stream: true }),
  });
  assert.ok((await chunksOf(await always(plain))).every(({ length }) => length === 1));

  const some = createLocalAI({
    engine: "stand-in",
    faults: ({ inputs }) => (inputs.prompt === "bad" ? "capacity" : null),
  });
  await assert.rejects(some.run(LLAMA, { prompt: "bad" }), { message: /^3040: / });
  assert.equal((await some.run(LLAMA, { prompt: "echo: good" })).response, "good");
});

test("a fault that doesn't exist is an error, not a fault-free call", async () => {
  assert.throws(() => createLocalHandler({ faults: "capasity" }), /Unknown fault "capasity"/);
  const response = await request("capasity");
  assert.match((await response.json()).errors[0].message, /Unknown fault "capasity"/);
});

test("the header can be switched off", async () => {
  const deaf = createLocalHandler({ engine: "stand-in", faultHeader: false });
  assert.equal((await request("capacity", undefined, deaf)).status, 200);
});

test("faults of a body reach bytes and JSON of every task", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  const image = (fault) =>
    ai.run(
      "@cf/leonardo/phoenix-1.0",
      { prompt: "x", width: 64, height: 64 },
      { extraHeaders: { "x-local-fault": fault } },
    );
  const sizes = [];
  for await (const chunk of await image("chunk=100")) sizes.push(chunk.length);
  assert.ok(sizes.length > 3 && sizes.slice(0, -1).every((size) => size === 100));
  assert.equal((await new Response(await image("truncate=10")).arrayBuffer()).byteLength, 10);
  await assert.rejects(new Response(await image("drop=10")).arrayBuffer());

  const translated = (fault) =>
    ai.run(
      "@cf/meta/m2m100-1.2b",
      { text: "x", target_lang: "es" },
      { extraHeaders: { "x-local-fault": fault } },
    );
  assert.match((await translated("chunk=1")).translated_text, /x$/);
  await assert.rejects(translated("garbage"), SyntaxError);
  await assert.rejects(translated("truncate=10"), SyntaxError);
});

test("a busy model keeps callers waiting, but not those who would rather be refused", async () => {
  const ai = createLocalAI({ engine: "stand-in", faults: "busy=1" });
  assert.equal((await ai.run(LLAMA, { prompt: "echo: x" })).response, "x");
  await assert.rejects(ai.run(LLAMA, { prompt: "echo: x" }, { rejectIfBusy: true }), /3040: /);
  const body = { prompt: "echo: x", options: { rejectIfBusy: true } };
  assert.equal((await request("busy=1", body)).status, 429);
  assert.equal((await request("busy=1", { prompt: "echo: x" })).status, 200);
});

test("an error comes in the shape that is asked for", async () => {
  const shape = async (name) => {
    const response = await request(`capacity, shape=${name}`);
    return [response.status, response.headers.get("content-type")?.split(";")[0], await response.text()];
  };
  const json = async (name) => {
    const [status, type, text] = await shape(name);
    assert.equal(type, "application/json");
    return [status, JSON.parse(text)];
  };
  assert.equal((await json("envelope"))[1].errors[0].code, 3040);
  assert.equal((await json("native"))[1].internalCode, 3040);
  assert.equal((await json("gateway"))[1].code, 3040);
  assert.equal((await json("openai"))[1].error.code, 3040);
  assert.equal((await json("openai-word"))[1].error.code, "some_error");
  const [status, envelope] = await json("success");
  assert.deepEqual([status, envelope.success, envelope.errors[0].code], [200, false, 3040]);
  assert.match((await shape("text"))[2], /^3040: /);
  assert.deepEqual(await shape("edge"), [429, "text/plain", "error code: 3040"]);
  assert.match((await shape("html"))[2], /^<!DOCTYPE html>/);
  assert.deepEqual(await shape("empty"), [429, undefined, ""]);
  assert.match(await textOf("capacity, shape=round"), /needs envelope, native/);
});

test("an error may repeat the request, and say how long to wait in every way", async () => {
  const response = await request("bad-input, quote, retry-after-ms=25", { prompt: "a very long secret" });
  assert.equal(response.headers.get("retry-after-ms"), "25");
  assert.match((await response.json()).errors[0].message, /a very long secret/);
  const date = Date.parse((await request("capacity, retry-date=90")).headers.get("retry-after"));
  assert.ok(date > Date.now() + 60_000 && date <= Date.now() + 90_000);
});

test("errors inside a stream have every dialect's shape", async () => {
  const last = async (shape) => {
    const events = (await textOf(`error-event=5021, event-shape=${shape}`)).trimEnd().split("\n\n");
    return events.at(-1);
  };
  assert.match(await last("legacy"), /^data: \{"errors":\[\{"code":5021/);
  assert.match(await last("chat"), /^data: \{"error":\{.*"code":5021/);
  assert.match(await last("native"), /"internalCode":5021/);
  assert.match(await last("responses"), /^event: error\ndata: \{"type":"error","code":"5021"/);
  assert.match(await last("failed"), /^event: response.failed\n.*5021: /);
  assert.match(await last("named"), /^event: error\ndata: \{"code":5021/);
  assert.match(await last("named-text"), /^event: error\ndata: 5021: /);
  assert.match(await last("finish"), /"finish_reason":"error"/);
});

test("redirects, empty answers and other content types", async () => {
  const moved = await request("redirect=https://example.com/x");
  assert.deepEqual([moved.status, moved.headers.get("location")], [307, "https://example.com/x"]);
  assert.equal((await request("redirect=/x, status=302")).status, 302);
  assert.deepEqual([(await request("empty")).status, (await request("empty=204")).status], [200, 204]);
  assert.equal((await request("content-type=text/html")).headers.get("content-type"), "text/html");
});

test("bodies that are larger, no text, or nothing that means anything", async () => {
  const whole = { prompt: "echo: x" };
  const plain = (await textOf("chunk=1000", whole)).length;
  assert.ok((await textOf("huge=500", whole)).length >= plain + 499);
  assert.match(await textOf("huge=500"), /^data: \{"response":"x{500}"\}\n\n/);
  const bytes = new Uint8Array(await (await request("invalid-utf8=3")).arrayBuffer());
  assert.equal(bytes[3], 0xff);
  assert.equal((await (await request("noise=10")).arrayBuffer()).byteLength, 10);
});

test("faults of the connection, on a server", async () => {
  const reports = [];
  const server = await serveLocalAI({ engine: "stand-in", onCall: (report) => reports.push(report) });
  const ask = (fault) =>
    fetch(`${server.url}/ai/run/${LLAMA}`, {
      method: "POST",
      headers: { "x-local-fault": fault },
      body: JSON.stringify({ prompt: "echo: x" }),
    });
  try {
    await assert.rejects(ask("disconnect, id=first"));
    assert.deepEqual([reports[0].outcome, reports[0].faultId], ["error", "first"]);
    await assert.rejects((await ask("reset=5")).text());
    const sized = await ask("sized");
    assert.equal(Number(sized.headers.get("content-length")), (await sized.arrayBuffer()).byteLength);
    await assert.rejects((await ask("sized, truncate=5")).text());
    await assert.rejects((await ask("bad-gzip")).text());
    assert.equal((await (await ask("hints")).json()).result.response, "x");
  } finally {
    await server.close();
  }
});

test("without a server a broken connection is a rejection", async () => {
  await assert.rejects(request("disconnect"), { name: "TypeError", message: "Network connection lost." });
});
