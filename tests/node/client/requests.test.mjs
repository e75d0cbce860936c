import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";
import { bad, json, MODEL, ok, rejects, rest, TOKEN } from "./helpers.mjs";

test("run over REST sends the inputs bare and unwraps the result", async () => {
  let seen;
  const input = { prompt: "hi", n: 1 };
  const ai = rest(async (url, init) => {
    seen = { url, init };
    return ok({ response: "x", n: 0.1 }, { "cf-ai-req-id": "r1" });
  });
  assert.deepEqual(
    await ai.run(MODEL, input, {
      rejectIfBusy: true,
      sessionAffinity: "s",
      gateway: { id: "g", cacheTtl: 60, metadata: { a: "é" }, retries: { maxAttempts: 2 } },
      tags: ["a"],
    }),
    { response: "x", n: 0.1 },
  );
  assert.deepEqual(input, { prompt: "hi", n: 1 });
  assert.equal(seen.init.headers.authorization, `Bearer ${TOKEN}`);
  assert.equal(Object.getPrototypeOf(seen.init.headers), Object.prototype);
});

test("raw bodies go out with their type", async () => {
  let init, url;
  const ai = rest(async (u, i) => {
    url = u;
    init = i;
    return ok(1);
  });
  await ai.run(MODEL, new Uint8Array([1, 2]));
  assert.equal(init.headers["content-type"], "application/octet-stream");
  assert.equal(init.body.length, 2);
  await ai.run(MODEL, new Blob(["x"], { type: "audio/wav" }));
  assert.equal(init.headers["content-type"], "audio/wav");
  await ai.run(MODEL, { audio: { body: new Blob(["x"]).stream(), contentType: "audio/mpeg" } });
  assert.equal(init.headers["content-type"], "audio/mpeg");
  assert.equal(init.duplex, "half");
  await ai.run("@cf/deepgram/nova-3", {
    audio: { body: new Uint8Array(3), contentType: "audio/mpeg" },
    language: "en",
    detect: true,
  });
  assert.ok(url.endsWith("?language=en&detect=true"), url);
  assert.equal(
    (await rejects(ai.run(MODEL, { audio: { body: new Uint8Array(3) }, language: "en" }))).field,
    "language",
  );
  let n = 0;
  await rejects(
    rest(async () => {
      n++;
      return bad(3040, 429);
    }).run(MODEL, new Blob(["x"]).stream()),
  );
  assert.equal(n, 1);
  for (const v of [5, "x", null, undefined, [], () => {}])
    assert.equal((await rejects(ai.run(MODEL, v))).code, "INVALID_INPUT");
  const cyc = {};
  cyc.a = cyc;
  const e = await rejects(ai.run(MODEL, cyc));
  assert.equal(e.field, "input");
  assert.match(e.message, /itself/);
  for (const m of [5, "", "../x", undefined]) assert.equal((await rejects(ai.run(m, {}))).field, "model");
});

test("the binding gets its own options and none of ours", async () => {
  const calls = [];
  const binding = {
    secret: 1,
    run(m, i, o) {
      assert.equal(this, binding);
      calls.push([m, i, o]);
      return Promise.resolve(json({ response: "b", result: 5 }, { headers: { "cf-ai-req-id": "q" } }));
    },
  };
  const ai = new WorkersAI({ binding, gateway: { id: "g", skipCache: true } });
  const input = { messages: [{ role: "user", content: "x" }] };
  const p = ai.run(MODEL, input, {
    sessionAffinity: "s",
    tags: ["t"],
    rejectIfBusy: true,
    timeout: 1000,
    maxRetries: 1,
    headers: { "x-a": "1" },
  });
  input.messages.push(5);
  assert.deepEqual(await p, { response: "b", result: 5 });
  const [_m, i, { signal, ...o }] = calls[0];
  assert.ok(signal instanceof AbortSignal);
  assert.deepEqual(i, { messages: [{ role: "user", content: "x" }] });
  assert.deepEqual(o, {
    returnRawResponse: true,
    gateway: { id: "g", skipCache: true },
    extraHeaders: { "x-session-affinity": "s", "x-a": "1" },
    tags: ["t"],
    rejectIfBusy: true,
  });
  assert.deepEqual(await new WorkersAI({ binding: { run: () => ({ a: 1 }) } }).run(MODEL, {}), { a: 1 });
  const e = await rejects(
    new WorkersAI({
      binding: {
        run() {
          throw new Error("5007: No such model");
        },
      },
    }).run(MODEL, {}),
  );
  assert.equal(e.code, "MODEL_NOT_FOUND");
  assert.equal(e.cause.message, "5007: No such model");
  const f = await rejects(
    new WorkersAI({
      binding: {
        run: async () =>
          json(
            { internalCode: 5021, name: "AiError", description: "too long" },
            { status: 413, headers: { "cf-ai-req-id": "z" } },
          ),
      },
    }).run(MODEL, {}),
  );
  assert.equal(f.code, "CONTEXT_EXCEEDED");
  assert.equal(f.requestId, "z");
  const form = new FormData();
  form.set("prompt", "x");
  await ai.run(MODEL, form);
  assert.match(calls[1][1].multipart.contentType, /boundary/);
});

test("redirects carry no credential to another origin", async () => {
  const seen = [];
  const b = http
    .createServer((q, r) => {
      seen.push(q.headers);
      r.setHeader("content-type", "application/json");
      r.end(JSON.stringify({ response: "b" }));
    })
    .listen(0);
  const a = http
    .createServer((q, r) => {
      r.writeHead(307, { location: `http://127.0.0.1:${b.address().port}${q.url}` });
      r.end();
    })
    .listen(0);
  await new Promise(setImmediate);
  const ai = new WorkersAI({
    baseURL: `http://127.0.0.1:${a.address().port}/ai`,
    apiToken: TOKEN,
    gateway: { id: "g", token: "gate-token" },
    headers: { "x-own": "1" },
  });
  assert.deepEqual(await ai.run(MODEL, { prompt: "x" }), { response: "b" });
  assert.ok(!JSON.stringify(seen).includes("token"));
  assert.equal(seen[0]["x-own"], undefined);
  assert.equal(seen[0]["content-type"], "application/json");
  a.closeAllConnections();
  b.closeAllConnections();
  a.close();
  b.close();
  const e = await rejects(
    rest(
      async () => new Response(null, { status: 302, headers: { location: "https://login.example/x?y=1" } }),
    ).run(MODEL, {}),
  );
  assert.equal(e.code, "CONFIG");
});

test("interleaved calls do not cross", async () => {
  const ai = rest(async (_u, i) => {
    const n = JSON.parse(i.body).n;
    await new Promise((r) => setTimeout(r, (n * 7) % 5));
    return ok({ response: `a${n}` }, { "cf-ai-req-id": `r${n}` });
  });
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, n) => ai.generateText(MODEL, { prompt: "x", n })),
  );
  all.forEach((r, n) => {
    assert.equal(r.text, `a${n}`);
    assert.equal(r.meta.requestId, `r${n}`);
  });
});
