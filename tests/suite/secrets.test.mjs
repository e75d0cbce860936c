/** Nobody who prints a client, a stream or an error, or hooks into a call, sees a secret or a prompt. */
import { equal, ok } from "./assert.mjs";
import { test } from "./harness.mjs";
import { ACCOUNT, jsonResponse, letGo, recorder, restClient, streamResponse } from "./stubs.mjs";

const MODEL = "@cf/a/b";
const SECRETS = ["tok-en-of-test", "gateway-secret", "header-secret"];
const PROMPT = "the heron flies at dawn over the old mill";

/** What each runtime's console makes of a value. */
const inspectors = [
  globalThis.process?.getBuiltinModule?.("node:util")?.inspect,
  globalThis.Deno?.inspect,
  globalThis.Bun?.inspect,
].filter(Boolean);

function shownBy(value) {
  const texts = [String(value), JSON.stringify(value) ?? ""];
  for (const inspect of inspectors) {
    texts.push(inspect(value));
    texts.push(inspect(value, { depth: 12, showHidden: true }));
  }
  for (const name of Reflect.ownKeys(Object(value))) {
    // A prompt may be the cause of what quotes it; whoever asks for the cause knows.
    if (name === "cause" || name === "partial") continue;
    texts.push(`${String(name)}: ${String(value[name])}`);
  }
  return texts.join("\n");
}

function showsNothing(value, what) {
  const shown = shownBy(value);
  for (const secret of [...SECRETS, PROMPT.slice(0, 20)])
    ok(!shown.includes(secret), `${what} shows ${secret}: ${shown}`);
}

const options = {
  gateway: { id: "g", token: "gateway-secret" },
  headers: { "x-key": "header-secret" },
};

test("a client that is printed shows no secret", ({ lib }) => {
  const ai = restClient(lib, options);
  showsNothing(ai, "the client");
  for (const name of ["batch", "models", "finetunes", "embeddings", "responses", "chat"])
    showsNothing(ai[name], name);
  showsNothing(ai.gateway("g"), "gateway");
  showsNothing(ai.run, "a method");
  const bound = new lib.WorkersAI({
    baseURL: "https://example.com/ai",
    apiToken: "tok-en-of-test",
    dangerouslyAllowBrowser: true,
  });
  showsNothing(bound, "the client of a proxy");
});

test("a stream that is printed shows no secret, before, while and after it is read", async ({ lib }) => {
  const fetch = async () => streamResponse(['data: {"response":"a"}\n\n', "data: [DONE]\n\n"]);
  const stream = await restClient(lib, { ...options, fetch }).streamText(MODEL, PROMPT);
  showsNothing(stream, "the stream");
  const reader = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await reader.next();
    showsNothing(stream, "the stream");
    if (done) break;
    showsNothing(value, "an event");
  }
  showsNothing(await stream.final(), "the result");
  showsNothing(stream.meta, "meta");
});

test("hooks are told no secret and no prompt", async ({ lib }) => {
  const reported = [];
  const note = (info) => reported.push(info);
  const { fetch } = recorder((_request, index) =>
    index === 0
      ? jsonResponse(
          { success: false, errors: [{ code: 3040, message: `busy with ${PROMPT}` }] },
          { status: 429, headers: { "retry-after-ms": "0" } },
        )
      : jsonResponse({ success: true, result: { response: "yes" } }),
  );
  const hooks = { onRequest: note, onResponse: note, onRetry: note };
  await restClient(lib, { ...options, fetch, hooks }).generateText(MODEL, PROMPT);
  equal(reported.length, 5);
  for (const info of reported) showsNothing(info, "a hook");
});

test("errors show no prompt in other letters, or in base64, and no account", async ({ lib }) => {
  const forms = [PROMPT.toUpperCase(), btoa(PROMPT), btoa(JSON.stringify({ prompt: PROMPT }))];
  for (const form of forms) {
    const fetch = async () =>
      jsonResponse({ success: false, errors: [{ code: 5006, message: `bad: ${form}` }] }, { status: 400 });
    const error = await restClient(lib, { fetch })
      .generateText(MODEL, PROMPT)
      .then(ok, (error) => error);
    equal(error.internalCode, 5006);
    ok(error.message.includes("[input]"), error.message);
    for (let at = 0; at + 20 <= form.length; at += 20)
      ok(!error.message.includes(form.slice(at, at + 20)), error.message);
  }
  const message = `Could not route to /client/v4/accounts/${ACCOUNT}/ai/run/x, perhaps your object identifier is invalid?`;
  const fetch = async () =>
    jsonResponse({ success: false, errors: [{ code: 7003, message }] }, { status: 404 });
  const error = await restClient(lib, { fetch })
    .generateText(MODEL, PROMPT)
    .then(ok, (error) => error);
  equal(error.code, "CONFIG");
  ok(!shownBy(error).includes(ACCOUNT) && error.message.includes("/ai/run/x"), error.message);
});

test("errors that quote the request show neither secret nor prompt", async ({ lib }) => {
  const quoting = (request) => `no: ${JSON.stringify(request.headers)} ${JSON.stringify(request.body)}`;
  const envelope = (code, status) => (request) =>
    jsonResponse({ success: false, errors: [{ code, message: quoting(request) }] }, { status });
  const answers = {
    "a reply": envelope(5006, 400),
    "a success": envelope(5006, 200),
    text: (request) => new Response(quoting(request), { status: 500 }),
    "OpenAI's shape": (request) => jsonResponse({ error: { message: quoting(request) } }, { status: 400 }),
    "a stream": (request) =>
      streamResponse([
        `data: ${JSON.stringify({ errors: [{ code: 5006, message: quoting(request) }] })}\n\n`,
      ]),
    "an event of words": (request) => streamResponse([`event: error\ndata: 5006: ${quoting(request)}\n\n`]),
    "a fetch that throws": (request) => Promise.reject(new TypeError(quoting(request))),
  };
  const calls = {
    run: (ai) => ai.run(MODEL, { prompt: PROMPT }),
    "run stream": async (ai) => {
      for await (const _ of await ai.run(MODEL, { prompt: PROMPT, stream: true }));
    },
    generateText: (ai) => ai.generateText(MODEL, PROMPT),
    streamText: async (ai) => (await ai.streamText(MODEL, PROMPT)).text(),
    messages: (ai) => ai.generateText(MODEL, [{ role: "user", content: PROMPT }]),
    embed: (ai) => ai.embed(MODEL, PROMPT),
    translate: (ai) => ai.translate("@cf/meta/m2m100-1.2b", { text: PROMPT, target_lang: "fr" }),
    generateImage: (ai) => ai.generateImage("@cf/black-forest-labs/flux-1-schnell", PROMPT),
    embedMany: (ai) => ai.embedMany("@cf/baai/bge-m3", [PROMPT]),
    batch: (ai) => ai.batch.submit("@cf/baai/bge-m3", [{ text: PROMPT }]),
    chat: (ai) => ai.chat.completions.create({ model: MODEL, messages: [{ role: "user", content: PROMPT }] }),
    finetunes: (ai) => ai.finetunes.create({ model: MODEL, name: "n", description: PROMPT }),
  };
  for (const [shape, answer] of Object.entries(answers)) {
    for (const [call, ask] of Object.entries(calls)) {
      const { fetch } = recorder(answer);
      const ai = restClient(lib, { ...options, fetch, maxRetries: 0 });
      let error;
      try {
        await letGo(await ask(ai));
      } catch (thrown) {
        error = thrown;
      }
      // Some calls take a stream for bytes or for vectors; they have nothing to quote.
      if (error === undefined) continue;
      ok(lib.isWorkersAIError(error), `${call}, ${shape}: ${error?.stack ?? error}`);
      showsNothing(error, `${call}, ${shape}`);
    }
  }
});

test("a credential is hidden in whatever form the service quotes it", async ({ lib }) => {
  const token = "gw-0123456789abcdef/+==";
  const quotes = [
    token,
    token.slice(0, 12),
    `${token.slice(0, 10)}…`,
    token.toUpperCase(),
    encodeURIComponent(token),
    encodeURIComponent(`Bearer ${token}`),
    `"${token}"`,
  ];
  const shows = (message) => /gw-0123|GW-0123/.test(decodeURIComponent(message));
  for (const headers of [
    { "cf-aig-authorization": `Bearer ${token}` },
    { authorization: `Token ${token}` },
    { "x-api-key": token },
    { cookie: `theme=dark; sid=${token}; other=1` },
    [["Cookie", `sid="${token}"`]],
    new Headers({ "cf-access-token": token }),
  ]) {
    for (const quote of quotes) {
      const message = `The credential ${quote} is wrong`;
      const body = { success: false, errors: [{ code: 10000, message }], messages: [], result: null };
      const options = { maxRetries: 0, fetch: async () => jsonResponse(body, { status: 401 }) };
      for (const call of [
        () => restClient(lib, { ...options, headers }).run(MODEL, { prompt: "a" }),
        () => restClient(lib, options).run(MODEL, { prompt: "a" }, { headers }),
      ]) {
        const error = await call().catch((thrown) => thrown);
        ok(lib.isWorkersAIError(error));
        ok(!shows(error.message), `${JSON.stringify([...new Headers(headers)])}: ${error.message}`);
      }
    }
  }
  const secret = "gw-0123456789abcdef";
  const base64 = btoa(secret);
  for (const authorization of [
    `bearer   ${secret}`,
    `BASIC  ${btoa(`ada:${secret}`)}`,
    `Digest username="ada l", realm="r", nonce="n", response="${secret}"`,
  ]) {
    for (const quote of [
      secret,
      authorization,
      secret.replace("-", "\\u002d"),
      secret.replaceAll("0", "\\\\u0030"),
      base64,
      btoa(authorization),
      `x${base64}`.replaceAll("=", ""),
    ]) {
      const message = `The credential ${quote} is wrong`;
      const fetch = async () => jsonResponse({ errors: [{ code: 10000, message }] }, { status: 401 });
      const client = restClient(lib, { maxRetries: 0, fetch, headers: { "x-upstream": authorization } });
      const error = await client.run(MODEL, { prompt: "a" }).catch((thrown) => thrown);
      equal(
        error.message,
        error.message.replace(/0123456789|30123|MDEyMzQ1|AxMjM0NTY3|wMTIzNDU2/g, "shown"),
        authorization,
      );
    }
  }
  // The gateway's own option too.
  const fetch = async () =>
    jsonResponse({ errors: [{ code: 2009, message: `no ${token.slice(0, 12)}` }] }, { status: 401 });
  const error = await restClient(lib, { fetch, maxRetries: 0, gateway: { id: "g", token } })
    .run(MODEL, { prompt: "a" })
    .catch((thrown) => thrown);
  ok(!shows(error.message), error.message);
});
