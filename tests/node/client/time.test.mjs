import assert from "node:assert/strict";
import { test } from "node:test";
import { bad, MODEL, ok, rejects, rest } from "./helpers.mjs";

test("an abort ends the call wherever it waits", async () => {
  const reason = new Error("why");
  const e0 = await rejects(
    rest(async () => assert.fail("called")).run(
      MODEL,
      { prompt: "x" },
      { signal: AbortSignal.abort(reason) },
    ),
  );
  assert.equal(e0.code, "ABORTED");
  assert.equal(e0.cause, reason);
  assert.equal(e0.attempts, undefined);
  let c = new AbortController();
  let signal;
  let p = rest((_u, i) => {
    signal = i.signal;
    return new Promise(() => {});
  }).run(MODEL, { prompt: "x" }, { signal: c.signal });
  await new Promise(setImmediate);
  c.abort(reason);
  const e1 = await rejects(p);
  assert.equal(e1.code, "ABORTED");
  assert.equal(e1.cause, reason);
  assert.ok(signal.aborted);
  assert.equal(signal.reason, e1);
  assert.equal(e1.attempts, 1);
  c = new AbortController(); // during back-off
  p = rest(async () => bad(3040, 429, "x", { "retry-after": "50" }), {
    hooks: { onRetry: () => setImmediate(() => c.abort()) },
  }).run(MODEL, { prompt: "x" }, { signal: c.signal });
  assert.equal((await rejects(p)).code, "ABORTED");
  c = new AbortController();
  let cancelled; // during the body
  p = rest(
    async () =>
      new Response(
        new ReadableStream({
          start(x) {
            x.enqueue(new TextEncoder().encode("{"));
            setImmediate(() => c.abort());
          },
          cancel(r) {
            cancelled = r;
          },
        }),
        { headers: { "content-type": "application/json" } },
      ),
  ).run(MODEL, { prompt: "x" }, { signal: c.signal });
  const e3 = await rejects(p);
  assert.equal(e3.code, "ABORTED");
  assert.equal(cancelled, e3);
  c = new AbortController(); // token function
  p = rest(async () => ok(1), { apiToken: () => new Promise(() => {}) }).run(
    MODEL,
    { prompt: "x" },
    { signal: c.signal },
  );
  await new Promise(setImmediate);
  c.abort();
  assert.equal((await rejects(p)).code, "ABORTED");
});

test("each limit of time ends the call", async () => {
  const hang = rest(
    (_u, i) => new Promise((_, no) => i.signal.addEventListener("abort", () => no(i.signal.reason))),
  );
  const e = await rejects(hang.run(MODEL, { prompt: "x" }, { timeout: 20 }));
  assert.equal(e.code, "TIMEOUT");
  assert.equal(e.attempts, 1);
  let n = 0;
  const first = rest(() => {
    n++;
    return new Promise(() => {});
  });
  const f = await rejects(first.run(MODEL, { prompt: "x" }, { timeout: { firstByte: 5 }, maxRetries: 1 }));
  assert.equal(f.code, "TIMEOUT");
  assert.equal(n, 2);
  assert.equal(f.attempts, 2);
  const idle = rest(
    async () =>
      new Response(
        new ReadableStream({
          start(x) {
            x.enqueue(new TextEncoder().encode("{"));
          },
        }),
        { headers: { "content-type": "application/json" } },
      ),
  );
  const g = await rejects(idle.run(MODEL, { prompt: "x" }, { timeout: { idle: 5 } }));
  assert.equal(g.code, "TIMEOUT");
  assert.equal(g.attempts, 1);
});

test("the first-byte timer of a failed attempt does not fire later", async () => {
  let n = 0;
  const ai = rest(async () =>
    n++ === 0 ? new Response(null, { status: 503, headers: { "retry-after-ms": "40" } }) : ok("x"),
  );
  assert.equal(await ai.run(MODEL, { prompt: "x" }, { timeout: { firstByte: 20 } }), "x");
});

test("no listener stays on the caller's signal", async () => {
  const c = new AbortController();
  let on = 0;
  const add = c.signal.addEventListener.bind(c.signal),
    rem = c.signal.removeEventListener.bind(c.signal);
  c.signal.addEventListener = (...a) => {
    on++;
    add(...a);
  };
  c.signal.removeEventListener = (...a) => {
    on--;
    rem(...a);
  };
  await rest(async () => ok(1)).run(MODEL, { prompt: "x" }, { signal: c.signal });
  assert.equal(on, 0);
  await rejects(rest(async () => bad(5007, 400)).run(MODEL, { prompt: "x" }, { signal: c.signal }));
  assert.equal(on, 0);
  const s = await rest(async () => new Response("abc", { headers: { "content-type": "image/png" } })).run(
    MODEL,
    {},
    { signal: c.signal },
  );
  assert.equal(on, 1);
  assert.equal(await new Response(s).text(), "abc");
  assert.equal(on, 0);
});

test("a stream of bytes keeps to the limits of its call", async () => {
  let cancelled;
  const body = () =>
    new ReadableStream({
      pull(c) {
        c.enqueue(new Uint8Array(1));
      },
      cancel(r) {
        cancelled = r;
      },
    });
  const png = (b) => rest(async () => new Response(b, { headers: { "content-type": "image/png" } }));
  const s = await png(body()).run(MODEL, {});
  const r = s.getReader();
  await r.read();
  await r.cancel("bye");
  assert.equal(cancelled, "bye");
  const broken = await png(
    new ReadableStream({
      pull(c) {
        c.error(new TypeError("terminated"));
      },
    }),
  ).run(MODEL, {});
  const e = await rejects(new Response(broken).text());
  assert.equal(e.code, "NETWORK");
  assert.equal(e.cause.message, "terminated");
  const idle = await png(new ReadableStream({})).run(MODEL, { prompt: "x" }, { timeout: { idle: 5 } });
  assert.equal((await rejects(idle.getReader().read())).code, "TIMEOUT");
  const c = new AbortController();
  const a = await png(body()).run(MODEL, { prompt: "x" }, { signal: c.signal });
  const ar = a.getReader();
  await ar.read();
  c.abort("x");
  const f = await rejects(ar.read());
  assert.equal(f.code, "ABORTED");
  assert.equal(cancelled, f);
});
