/** That `transform` sees every input in whatever way it comes, and that nothing else of it reaches the service. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { createProxy, toNodeListener, toNodeUpgradeListener } from "workers-ai-wasm/proxy";
import { open } from "../local/socket-client.mjs";
import { ACCOUNT, ask, CHAT, ORIGIN, TOKEN } from "./helpers.mjs";

const WHISPER = "@cf/openai/whisper";
const NOVA = "@cf/deepgram/nova-3";
const FLUX = "@cf/black-forest-labs/flux-2-dev";
const BATCHED = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const UNKNOWN = "@cf/nobody/nothing";
const MODELS = [CHAT, WHISPER, NOVA, FLUX, BATCHED, UNKNOWN];
const CAPS = { max_tokens: 16, steps: 4, width: 512, diarize: false, limit: 1 };
const RAISED = { prompt: "x", max_tokens: 100_000, steps: 50, width: 2048, diarize: true, limit: 9 };

/** What an owner has: every cap that is in the input is kept. */
function capped(input) {
  const entry = ([name, value]) => [name, name in CAPS ? CAPS[name] : value];
  return Object.fromEntries(Object.entries(input).map(entry));
}

/** The proxy over either upstream; everything that the service gets is in `sent`, as one text each. */
function capping(upstream, options = {}) {
  const sent = [];
  const faults = [];
  const answer = () => Response.json({ result: { response: "Hi" }, success: true, errors: [], messages: [] });
  const fetch = async (url, init) => {
    const body = init.body === undefined ? "" : await new Response(init.body).text();
    sent.push(`${url}\n${body}`);
    return answer();
  };
  const binding = {
    async run(model, inputs, { signal: _, ...runOptions }) {
      const stream = inputs.multipart ?? inputs.audio;
      const body = stream?.body === undefined ? "" : await new Response(stream.body).text();
      sent.push(`${model}\n${JSON.stringify(inputs)}\n${JSON.stringify(runOptions)}\n${body}`);
      return answer();
    },
    toMarkdown: (...args) => sent.push(JSON.stringify(args)),
  };
  const to = upstream === "http" ? { accountId: ACCOUNT, apiToken: TOKEN, fetch } : { binding };
  const proxy = createProxy({
    models: MODELS,
    endpoints: ["run", "v1", "tomarkdown", "finetunes"],
    transform: capped,
    onError: (error) => faults.push(error),
    ...to,
    ...options,
  });
  return { proxy, sent, faults };
}

const JSON_TEXT = JSON.stringify(RAISED);
const utf16 = (text) => new Uint8Array(new Uint16Array([...text].map((each) => each.charCodeAt(0))).buffer);
const utf32 = (text) => new Uint8Array(new Uint32Array([...text].map((each) => each.charCodeAt(0))).buffer);
const bytes = (text) => new TextEncoder().encode(text);
const withWrongByte = () => {
  const text = bytes(JSON_TEXT);
  text[JSON_TEXT.indexOf("x")] = 0xff;
  return text;
};
const BODIES = [
  ["JSON", JSON_TEXT],
  ["JSON behind blanks", ` \n\t\r${JSON_TEXT}`],
  ["JSON behind a byte order mark", bytes(`\ufeff${JSON_TEXT}`)],
  ["JSON in UTF-16", utf16(JSON_TEXT)],
  ["JSON in UTF-16 with its mark", utf16(`\ufeff${JSON_TEXT}`)],
  ["JSON in UTF-32", utf32(JSON_TEXT)],
  ["JSON with a byte that is no UTF-8", withWrongByte()],
  ["a pair of JSON", `${JSON_TEXT}${JSON_TEXT}`],
  ["a form's text", new URLSearchParams(RAISED).toString()],
  ["no JSON", "hello"],
];
const TYPES = [
  "application/json; charset=utf-16",
  "Application/JSON",
  "application/problem+json",
  "application/x-ndjson",
  "text/plain",
  "text/json",
  "application/octet-stream",
  "application/x-www-form-urlencoded",
  "audio/wav",
  "multipart/mixed; boundary=x",
  "",
];
const form = (fields = RAISED) => {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.append(name, value);
  return made;
};

const PATHS = [
  ...MODELS.map((model) => `run/${model}`),
  `run/${NOVA}?${new URLSearchParams(RAISED)}`,
  `run/${CHAT}?${new URLSearchParams(RAISED)}`,
  "v1/chat/completions",
  "tomarkdown",
  "finetunes",
  "finetunes/a/finetune-assets",
];

/** None of the values that the owner's function would have changed. */
function assertCapped(sent, what) {
  for (const text of sent) {
    // The digits of a form's boundary are chance.
    const plain = text.replaceAll("\0", "").replaceAll(/formdata-undici-\d+/g, "");
    assert.doesNotMatch(plain, /100000|2048|\b50\b|diarize"?[=:]true|"?limit"?[=:]9/, `${what}: ${plain}`);
  }
}

for (const upstream of ["http", "binding"]) {
  test(`no type and no encoding of a body passes by [${upstream}]`, async () => {
    let passed = 0;
    for (const path of PATHS) {
      for (const type of TYPES) {
        for (const [what, body] of BODIES) {
          const { proxy, sent } = capping(upstream);
          const request = ask(path, { body, headers: { "content-type": type } });
          const { status } = await proxy(request);
          const label = `${path}, ${type}, ${what}`;
          assert.ok([200, 400, 403, 415, 501].includes(status), `${label}: ${status}`);
          // As media it is sound, however it reads.
          const isMedia = path.includes("whisper") || path.includes("nova-3") || path.includes("nobody");
          if (!isMedia || what !== "a form's text") assertCapped(sent, label);
          if (path.startsWith(`run/${CHAT}`) && !/^JSON/.test(what)) assert.deepEqual(sent, [], label);
          passed += sent.length;
        }
      }
    }
    assert.ok(passed > 100, String(passed));
  });

  test(`nor does a form [${upstream}]`, async () => {
    for (const path of PATHS) {
      const { proxy, sent } = capping(upstream);
      await proxy(ask(path, { body: form() }));
      assertCapped(sent, path);
      if (path === `run/${FLUX}`) {
        assert.equal(sent.length, 1);
        for (const [name, value] of Object.entries({ prompt: "x", steps: "4", width: "512" })) {
          assert.match(sent[0], new RegExp(`name="${name}"\\r\\n\\r\\n${value}\\r\\n`));
        }
      }
      if (path === `run/${CHAT}`) assert.deepEqual(sent, []);
    }
  });

  test(`media and files keep their bytes [${upstream}]`, async () => {
    const { proxy, sent } = capping(upstream);
    const wav = "RIFF0123WAVEfmt ";
    const raw = ask(`run/${NOVA}?diarize=true&punctuate=true&keyterm=a&keyterm=b`, {
      body: bytes(wav),
      headers: { "content-type": "audio/wav" },
    });
    assert.equal((await proxy(raw)).status, 200);
    assert.ok(sent[0].endsWith(`\n${wav}`), sent[0]);
    if (upstream === "http") assert.match(sent[0], /\?diarize=false&punctuate=true&keyterm=a&keyterm=b\n/);
    else assert.match(sent[0], /"diarize":false,"punctuate":true,"keyterm":\["a","b"\]/);
    const image = new File(["PNG bytes"], "a.png", { type: "image/png" });
    assert.equal(
      (await proxy(ask(`run/${FLUX}`, { body: form({ prompt: "12", input_image_0: image }) }))).status,
      200,
    );
    assert.match(sent[1], /name="prompt"\r\n\r\n12\r\n/);
    assert.match(sent[1], /filename="a.png"\r\nContent-Type: image\/png\r\n\r\nPNG bytes/i);
  });

  test(`transform sees files, numbers and media as such [${upstream}]`, async () => {
    const inputs = [];
    const { proxy } = capping(upstream, { transform: (input) => void inputs.push(input) });
    const image = new File(["PNG"], "a.png", { type: "image/png" });
    await proxy(
      ask(`run/${FLUX}`, { body: form({ prompt: "5", steps: 50, seed: "007", input_image_0: image }) }),
    );
    await proxy(
      ask(`run/${NOVA}?punctuate=true`, { body: bytes("RIFF"), headers: { "content-type": "audio/wav" } }),
    );
    const [{ input_image_0, ...fields }, { audio, ...parameters }] = inputs;
    assert.deepEqual(fields, { prompt: "5", steps: 50, seed: "007" });
    assert.equal(await input_image_0.text(), "PNG");
    assert.deepEqual(audio, bytes("RIFF"));
    assert.deepEqual(parameters, { punctuate: true });
  });

  test(`a batch's requests are inputs each, and its members nobody else's [${upstream}]`, async () => {
    const { proxy, sent } = capping(upstream, { batch: true });
    const requests = [RAISED, { ...RAISED, gateway: { id: "mine" }, options: {}, external_reference: "r" }];
    const submitted = ask(`run/${BATCHED}?queueRequest=true`, { body: { ...RAISED, requests } });
    assert.equal((await proxy(submitted)).status, 200);
    assertCapped(sent, "batch");
    assert.doesNotMatch(sent[0], /mine/);
    assert.match(sent[0], /external_reference/);
    const poll = ask(`run/${BATCHED}?queueRequest=true`, { body: { ...RAISED, request_id: "1" } });
    assert.equal((await proxy(poll)).status, 200);
    assert.match(sent[1], /\{"request_id":"1"\}/);
    for (const body of [{ requests: {} }, { requests: [1] }, { requests: [{ requests: [] }] }]) {
      const { status } = await proxy(ask(`run/${BATCHED}`, { body }));
      assert.ok(status === 400 || status === 403, String(status));
    }
    assert.equal(sent.length, 2);
  });

  test(`batches, gateways and options pass by in no other type either [${upstream}]`, async () => {
    for (const type of ["text/plain", "audio/wav", ""]) {
      const { proxy, sent } = capping(upstream);
      const posted = (body) =>
        proxy(ask(`run/${WHISPER}`, { body: JSON.stringify(body), headers: { "content-type": type } }));
      for (const name of ["requests", "request_id", "queueRequest"]) {
        assert.equal((await posted({ [name]: [] })).status, 403, `${name} as ${type}`);
      }
      assert.deepEqual(sent, []);
      assert.equal((await posted({ audio: [1], gateway: { id: "mine" }, options: { a: 1 } })).status, 200);
      assert.doesNotMatch(sent[0], /mine|options/);
    }
    const { proxy, sent } = capping(upstream);
    for (const body of [form({ prompt: "a", queueRequest: "true" }), form({ prompt: "a", requests: "[]" })])
      assert.equal((await proxy(ask(`run/${FLUX}`, { body }))).status, 403);
    assert.deepEqual(sent, []);
  });

  test(`a model in the body must be offered as well [${upstream}]`, async () => {
    const { proxy, sent } = capping(upstream);
    for (const model of ["openai/gpt-5", "@cf/qwen/qwq-32b", ["@cf/qwen/qwq-32b"], { id: "x" }]) {
      const { status } = await proxy(ask(`run/${CHAT}`, { body: { prompt: "a", model } }));
      assert.ok(status === 403 || status === 400, JSON.stringify(model));
    }
    assert.deepEqual(sent, []);
    const inner = CHAT.split("/").at(-1);
    for (const model of [CHAT, inner, null, WHISPER])
      assert.equal((await proxy(ask(`run/${CHAT}`, { body: { prompt: "a", model } }))).status, 200);
  });

  test(`what transform must not give is the owner's fault, and sends nothing [${upstream}]`, async () => {
    for (const returned of [null, "text", 5, false, [{}]]) {
      const { proxy, sent, faults } = capping(upstream, { transform: async () => returned });
      assert.equal((await proxy(ask(`run/${CHAT}`))).status, 500);
      assert.deepEqual(sent, []);
      assert.match(faults[0].message, /^transform must give/);
    }
    const changing = capping(upstream, {
      transform: (input) => {
        input.max_tokens = 3;
      },
    });
    await changing.proxy(ask(`run/${CHAT}`));
    assert.match(changing.sent[0], /"max_tokens":3/);
    // What is no number is none in a query either.
    const odd = capping(upstream, {
      transform: (input) => ({ ...input, n: Math.min(input.n, 3), seed: undefined }),
    });
    await odd.proxy(ask(`run/${NOVA}`, { body: bytes("RIFF"), headers: { "content-type": "audio/wav" } }));
    if (upstream === "http") assert.match(odd.sent[0], /nova-3\nRIFF/);
  });

  test(`a cap under one name of a limit holds under its others [${upstream}]`, async () => {
    const transform = (input) => ({ ...input, max_tokens: Math.min(input.max_tokens ?? 256, 256) });
    for (const more of [{ max_completion_tokens: 99_999 }, { max_output_tokens: "99999" }]) {
      const { proxy, sent } = capping(upstream, { transform });
      for (const path of [`run/${CHAT}`, "v1/chat/completions"])
        await proxy(ask(path, { body: { prompt: "Hi", messages: [], model: CHAT, ...more } }));
      assert.ok(sent.length > 0);
      assert.doesNotMatch(sent.join(), /99_?999/);
    }
    const { proxy, sent } = capping(upstream, { transform });
    await proxy(ask(`run/${CHAT}`, { body: { prompt: "Hi", max_completion_tokens: 9 } }));
    assert.match(sent[0], /"max_completion_tokens":9\b/);
    assert.match(sent[0], /"max_tokens":9\b/);
    await proxy(ask(`run/${CHAT}`, { body: { prompt: "Hi", max_tokens: 5, max_completion_tokens: "" } }));
    assert.match(sent[1], /"max_tokens":5\b/);
  });

  test(`the query beside JSON is nothing [${upstream}]`, async () => {
    const { proxy, sent } = capping(upstream);
    for (const path of [`run/${CHAT}`, "v1/chat/completions"]) {
      await proxy(ask(`${path}?max_tokens=100000&stream=true`, { body: { prompt: "Hi", model: CHAT } }));
    }
    assertCapped(sent, "query");
    assert.doesNotMatch(sent.join(), /stream/);
  });
}

test("the query of a WebSocket is an input", { timeout: 30_000 }, async () => {
  const requested = [];
  const service = http.createServer();
  service.on("upgrade", ({ url }, socket) => {
    requested.push(url);
    socket.end("HTTP/1.1 429 Busy\r\ncontent-length: 0\r\n\r\n");
  });
  const proxy = createProxy({
    models: [NOVA],
    get baseURL() {
      return `http://127.0.0.1:${service.address().port}/ai`;
    },
    apiToken: TOKEN,
    upstream: () => ({ baseURL: `http://127.0.0.1:${service.address().port}/ai` }),
    transform: capped,
  });
  const server = http.createServer(toNodeListener(proxy));
  server.on("upgrade", toNodeUpgradeListener(proxy));
  for (const each of [service, server]) await once(each.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  try {
    const url = `${origin}/ai/run/${NOVA}?diarize=true&encoding=linear16&sample_rate=16000`;
    const { response } = await open(url, { headers: { origin } });
    assert.equal(response.statusCode, 429);
    assert.deepEqual(requested, [`/ai/run/${NOVA}?diarize=false&encoding=linear16&sample_rate=16000`]);
    for (const query of ["queueRequest=true", "requests=1"]) {
      const refused = await open(`${origin}/ai/run/${NOVA}?${query}`, { headers: { origin } });
      assert.equal(refused.response.statusCode, 403);
    }
    assert.equal(requested.length, 1);
  } finally {
    server.close();
    service.close();
  }
});

test("bodies that are nested without end are the page's mistake", async () => {
  const depth = 200_000;
  const text = `{"prompt":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  for (const type of ["application/json", "text/plain"]) {
    const { proxy, sent, faults } = capping("http");
    const response = await proxy(ask(`run/${CHAT}`, { body: text, headers: { "content-type": type } }));
    assert.equal(response.status, 400);
    assert.deepEqual([sent, faults], [[], []]);
  }
  const { proxy } = capping("http");
  const deep = `{"prompt":"a","tools":${"[".repeat(400)}${"]".repeat(400)}}`;
  assert.equal((await proxy(ask(`run/${CHAT}`, { body: deep }))).status, 200);
});

test("a hook that says nothing lets nothing pass, and one that fails changes no answer", async () => {
  for (const verdict of [undefined, null, "yes", 1]) {
    const { proxy, sent, faults } = capping("http", { rateLimit: () => verdict });
    assert.equal((await proxy(ask(`run/${CHAT}`))).status, 500, String(verdict));
    assert.match(faults[0].message, /^rateLimit must give/);
    assert.deepEqual(sent, []);
  }
  for (const onError of [
    () => {
      throw new Error("the log is full");
    },
    async () => {
      throw new Error("the log is full");
    },
  ]) {
    const { proxy } = capping("http", { rateLimit: () => undefined, onError });
    const response = await proxy(ask(`run/${CHAT}`));
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /log/);
  }
});

test("no credential is a header that may pass", () => {
  for (const name of [
    "X-Auth-Key",
    "x-auth-email",
    "x-auth-user-service-key",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "cf-aig-gateway-id",
    "cf-aig-authorization",
    "cf-access-client-id",
    "cf-access-client-secret",
    "cf-access-jwt-assertion",
    "x-amz-security-token",
    "x-csrf-token",
    "private-token",
    "x-vault-token",
    "x-password",
    "proxy-authorization",
    "www-authenticate",
    "x-functions-key",
  ]) {
    const options = { models: [CHAT], accountId: ACCOUNT, apiToken: TOKEN, forwardHeaders: [name] };
    assert.throws(() => createProxy(options), { code: "CONFIG", field: "forwardHeaders" }, name);
  }
  const fine = ["cf-aig-metadata", "cf-aig-cache-key", "cf-aig-cache-ttl", "idempotency-key", "x-request-id"];
  createProxy({ models: [CHAT], accountId: ACCOUNT, apiToken: TOKEN, forwardHeaders: fine });
});

test("the proxy answers to its own names", { timeout: 30_000 }, async () => {
  const sentTo = async (options, host, { tls = false, origin = `http://${host}` } = {}) => {
    const { proxy } = capping("http", options);
    const server = http.createServer(toNodeListener(proxy)).listen(0, "127.0.0.1");
    await once(server, "listening");
    if (tls) server.on("connection", (socket) => Object.defineProperty(socket, "encrypted", { value: true }));
    try {
      const sent = http.request({
        port: server.address().port,
        method: "POST",
        path: `/ai/run/${CHAT}`,
        headers: { host, origin, "content-type": "application/json" },
      });
      sent.end('{"prompt":"Hi"}');
      const [response] = await once(sent, "response");
      response.resume();
      return response.statusCode;
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };
  for (const host of [
    "localhost",
    "localhost:8080",
    "127.0.0.1:3",
    "127.9.9.9",
    "[::1]:8080",
    "app.localhost",
  ])
    assert.equal(await sentTo({}, host), 200, host);
  // A page of a site whose name leads to this machine.
  for (const host of [
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "[::2]",
  ])
    assert.equal(await sentTo({}, host), 403, host);
  const hosts = ["app.example.com", "other.example:8443"];
  for (const [host, status] of [
    ["app.example.com", 200],
    ["APP.example.com", 200],
    ["app.example.com:8080", 200],
    ["other.example:8443", 200],
    ["other.example", 403],
    ["evil.example", 403],
    ["localhost", 200],
  ]) {
    assert.equal(await sentTo({ hosts }, host, { origin: `http://${host.toLowerCase()}` }), status, host);
  }
  assert.equal(await sentTo({}, "app.example.com", { tls: true, origin: "https://app.example.com" }), 200);
});

test("without a connection to look at, hosts alone decide", async () => {
  const at = (host, options) => {
    const headers = { origin: `https://${host}`, "content-type": "application/json" };
    const init = { method: "POST", body: '{"prompt":"Hi"}', headers };
    return capping("http", options).proxy(new Request(`https://${host}/ai/run/${CHAT}`, init));
  };
  assert.equal((await at("any.example", {})).status, 200);
  assert.equal((await at("any.example", { hosts: ["app.example.com"] })).status, 403);
  assert.equal((await at("localhost", { hosts: ["app.example.com"] })).status, 403);
  assert.equal((await at("app.example.com", { hosts: ["app.example.com"] })).status, 200);
  for (const hosts of ["a", [1], ["https://a.example"], ["a.example/b"], ["*"], [""]]) {
    const options = { models: [CHAT], accountId: ACCOUNT, apiToken: TOKEN, hosts };
    assert.throws(() => createProxy(options), { code: "CONFIG", field: "hosts" }, JSON.stringify(hosts));
  }
});

test("a WebSocket of nobody's needs somebody to vouch for it", { timeout: 30_000 }, async () => {
  for (const [options, status] of [
    [{}, 403],
    [{ authorize: () => true }, 502],
  ]) {
    const service = http.createServer((_, response) => response.writeHead(302).end());
    await once(service.listen(0, "127.0.0.1"), "listening");
    const baseURL = `http://127.0.0.1:${service.address().port}/ai`;
    const proxy = createProxy({ models: [NOVA], baseURL, apiToken: TOKEN, ...options });
    const server = http.createServer(toNodeListener(proxy));
    server.on("upgrade", toNodeUpgradeListener(proxy));
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      const { response } = await open(`http://127.0.0.1:${server.address().port}/ai/run/${NOVA}`, {
        headers: {},
      });
      assert.equal(response.statusCode, status);
    } finally {
      server.close();
      service.closeAllConnections();
      service.close();
    }
  }
  const request = new Request(`${ORIGIN}/ai/run/${NOVA}`, { headers: { upgrade: "websocket" } });
  assert.equal((await capping("http").proxy(request)).status, 403);
});
