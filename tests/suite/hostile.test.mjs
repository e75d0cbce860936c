/** Values that try to be more than they are: in headers, in paths, in prototypes, in redirects. */
import { deepEqual, equal, match, ok } from "./assert.mjs";
import { test } from "./harness.mjs";
import { ACCOUNT, jsonResponse, letGo, recorder, restClient, streamResponse } from "./stubs.mjs";

const MODEL = "@cf/a/b";
const BELOW = `/client/v4/accounts/${ACCOUNT}/ai/run/`;
const EVIL = "x\r\nx-evil: 1";

const fine = () => jsonResponse({ result: { response: "yes" }, success: true, errors: [], messages: [] });

/** Either refused before anything is sent, or sent without harm. */
async function harmless(lib, what, ask) {
  const { fetch, requests } = recorder(fine);
  let error;
  try {
    await letGo(await ask(restClient(lib, { fetch }), fetch));
  } catch (thrown) {
    error = thrown;
  }
  if (error !== undefined) {
    ok(lib.isWorkersAIError(error), `${what}: ${error?.stack ?? error}`);
    ok(!/[\r\n]/.test(error.message), what);
    // The answer here is not every method's; what counts is what was sent.
    if (requests.length === 0) ok(["INVALID_INPUT", "CONFIG"].includes(error.code), `${what}: ${error.code}`);
  }
  for (const { url, headers } of requests) {
    ok(new URL(url).pathname.startsWith(BELOW), `${what} went to ${url}`);
    equal(headers["x-evil"], undefined, what);
    for (const value of Object.values(headers)) ok(!/[\r\n\0]/.test(value), `${what}: ${value}`);
  }
}

test("no option smuggles a header", async ({ lib }) => {
  const options = {
    "a header": { headers: { "x-a": EVIL } },
    "a header's name": { headers: { [EVIL]: "x" } },
    "a list of headers": { headers: [["x-a", EVIL]] },
    sessionAffinity: { sessionAffinity: EVIL },
    tags: { tags: [EVIL] },
    "the gateway's id": { gateway: EVIL },
    "the gateway's id in an object": { gateway: { id: EVIL } },
    "the gateway's token": { gateway: { id: "g", token: EVIL } },
    "the cache key": { gateway: { id: "g", cacheKey: EVIL } },
    "the event's id": { gateway: { id: "g", eventId: EVIL } },
    metadata: { gateway: { id: "g", metadata: { a: EVIL } } },
    "metadata's names": { gateway: { id: "g", metadata: { [EVIL]: "a" } } },
    NUL: { sessionAffinity: "a\0b" },
    "a line feed alone": { sessionAffinity: "a\nb" },
  };
  for (const [what, option] of Object.entries(options)) {
    await harmless(lib, what, (ai) => ai.run(MODEL, { prompt: "x" }, option));
    await harmless(lib, `the client's ${what}`, (_ai, fetch) => {
      const { sessionAffinity, tags, ...ofClient } = option;
      return restClient(lib, { fetch, ...ofClient }).run(MODEL, { prompt: "x" }, { sessionAffinity, tags });
    });
  }
});

test("no model leaves its path", async ({ lib }) => {
  for (const model of [
    "../x",
    "@cf/../../../../user",
    "@cf/a/../../../v1/chat/completions",
    "@cf/a/b/..",
    "@cf/./a",
    "/@cf/a/b",
    "//evil.example/a",
    "https://evil.example/a",
    "@cf/a/b?queueRequest=true",
    "@cf/a/b#x",
    "@cf/a/b%2f..%2f..%2fx",
    "@cf/%2e%2e/x",
    "@cf/a\\..\\..\\x",
    "@cf/a/b\r\nx-evil: 1",
    "@cf/a/b\0",
    "@cf/a/b c",
    "@evil.example/x",
    ":443/x",
    "",
    ".",
    "..",
  ]) {
    await harmless(lib, JSON.stringify(model), (ai) => ai.run(model, { prompt: "x" }));
    await harmless(lib, JSON.stringify(model), (ai) => ai.streamText(model, "x"));
    await harmless(lib, JSON.stringify(model), (ai) => ai.embed(model, "x"));
  }
});

test("no gateway and no finetune leaves its path", async ({ lib }) => {
  for (const id of ["..", "a/b", "a?b", "a#b", "%2e%2e", "a\\b", "", " "]) {
    await harmless(lib, `gateway ${JSON.stringify(id)}`, (ai) => ai.run(MODEL, {}, { gateway: { id } }));
    const { fetch, requests } = recorder(fine);
    const ai = restClient(lib, { fetch });
    for (const ask of [() => ai.gateway(id).getLog("x"), () => ai.gateway("g").getLog(id)]) {
      await Promise.resolve()
        .then(ask)
        .catch(() => {});
    }
    const account = `/client/v4/accounts/${ACCOUNT}/ai-gateway/gateways/`;
    for (const { url } of requests) ok(new URL(url).pathname.startsWith(account), url);
  }
});

const POLLUTED = '{"polluted":true}';
const clean = (what) => {
  equal({}.polluted, undefined, what);
  equal([].polluted, undefined, what);
};

test("an answer reaches no prototype", async ({ lib }) => {
  const answers = [
    `{"response":"x","__proto__":${POLLUTED},"constructor":{"prototype":${POLLUTED}}}`,
    `{"__proto__":{"response":"evil","polluted":true},"response":"x"}`,
    `{"choices":[{"message":{"content":"x","__proto__":${POLLUTED}},"finish_reason":"stop"}]}`,
    `{"response":"x","usage":{"__proto__":${POLLUTED},"total_tokens":1}}`,
    `{"response":"x","tool_calls":[{"name":"__proto__","arguments":{"__proto__":${POLLUTED}}}]}`,
  ];
  for (const answer of answers) {
    for (const body of [answer, `{"result":${answer},"success":true,"__proto__":${POLLUTED}}`]) {
      const fetch = async () => new Response(body, { headers: { "content-type": "application/json" } });
      const ai = restClient(lib, { fetch });
      await ai.run(MODEL, {});
      clean(body);
      equal((await ai.generateText(MODEL, "x")).text, "x");
      clean(body);
    }
  }
});

test("an error reaches no prototype", async ({ lib }) => {
  const body = `{"__proto__":${POLLUTED},"errors":[{"code":5006,"message":"no","__proto__":${POLLUTED}}]}`;
  const fetch = async () =>
    new Response(body, { status: 400, headers: { "content-type": "application/json" } });
  const error = await restClient(lib, { fetch })
    .run(MODEL, {})
    .catch((thrown) => thrown);
  equal(error.code, "INVALID_INPUT");
  equal(error.polluted, undefined);
  clean("the error");
});

test("a stream reaches no prototype, whoever reads it", async ({ lib }) => {
  const call = (more) => `{"index":0,"id":"__proto__","function":{"name":"__proto__",${more}}}`;
  const pieces = [
    `data: {"response":"x","__proto__":${POLLUTED}}\n\n`,
    `data: {"choices":[{"delta":{"__proto__":${POLLUTED},"content":"y"}}]}\n\n`,
    `data: {"choices":[{"delta":{"__proto__":${POLLUTED},"content":"z"}}]}\n\n`,
    `data: {"choices":[{"delta":{"tool_calls":[${call(`"arguments":"{\\"__proto__\\":{\\"polluted\\":true}}"`)}]}}]}\n\n`,
    `data: {"usage":{"__proto__":${POLLUTED},"total_tokens":1},"constructor":{"prototype":${POLLUTED}}}\n\n`,
    "data: [DONE]\n\n",
  ];
  const open = () => restClient(lib, { fetch: async () => streamResponse(pieces) });
  for (const read of [
    async (ai) => {
      for await (const event of await ai.streamText(MODEL, "x")) void event.raw;
    },
    async (ai) => {
      for await (const chunk of await ai.run(MODEL, { stream: true })) void chunk;
    },
    async (ai) => equal(await (await ai.streamText(MODEL, "x")).text(), "xyz"),
    async (ai) => {
      const { toolCalls } = await (await ai.streamText(MODEL, "x")).final();
      equal(toolCalls[0].name, "__proto__");
      ok(Object.hasOwn(toolCalls[0].arguments, "__proto__"), "the model's own argument is kept as it is");
    },
  ]) {
    await read(open());
    clean(String(read));
  }
});

test("options and inputs reach no prototype, and an own __proto__ goes out as it is", async ({ lib }) => {
  const { fetch, requests } = recorder(fine);
  const evil = JSON.parse(`{"__proto__":${POLLUTED},"constructor":{"prototype":${POLLUTED}}}`);
  const ai = restClient(lib, { fetch });
  const options = { gateway: { id: "g", metadata: JSON.parse('{"__proto__":"x","a":"b"}') } };
  await ai.run(MODEL, { ...evil, prompt: "x", deep: evil }, options);
  clean("an input");
  const sent = JSON.parse(requests[0].headers["cf-aig-metadata"]);
  equal(sent.a, "b");
  deepEqual(Object.keys(requests[0].body.deep), ["__proto__", "constructor"]);
  await ai.run(MODEL, { prompt: "x" }, JSON.parse(`{"__proto__":{"maxRetries":"no"}}`)).catch(() => {});
  clean("options");

  const seen = [];
  const binding = {
    run: async (_model, inputs) => {
      seen.push(inputs);
      return { response: "x" };
    },
  };
  await new lib.WorkersAI({ binding }).run(MODEL, { prompt: "x", deep: evil });
  clean("an input of the binding");
  deepEqual(Object.keys(seen[0].deep), ["__proto__", "constructor"]);
});

test("a redirect to another origin takes nothing along that is secret", async ({ lib }) => {
  for (const status of [307, 308]) {
    for (const [location, stays] of [
      ["https://evil.example/x", false],
      ["https://api.cloudflare.com.evil.example/x", false],
      ["https://api.cloudflare.com:8443/x", false],
      ["//evil.example/x", false],
      ["/client/v4/elsewhere", true],
    ]) {
      const { fetch, requests } = recorder((_request, index) =>
        index === 0 ? new Response(null, { status, headers: { location } }) : fine(),
      );
      const ai = restClient(lib, { fetch, headers: { "x-own": "own-secret" } });
      await ai.run(MODEL, { prompt: "x" }, { gateway: { id: "g", token: "gateway-secret" } });
      equal(requests.length, 2, location);
      const shown = JSON.stringify(requests[1].headers);
      equal(/tok-en-of-test/.test(shown), stays, `${location}: ${shown}`);
      equal(/gateway-secret/.test(shown), stays, location);
      equal(/own-secret/.test(shown), stays, location);
    }
  }
});

test("a redirect from https to http is another origin, and one in a circle ends", async ({ lib }) => {
  const down = recorder((_request, index) =>
    index === 0
      ? new Response(null, { status: 307, headers: { location: "http://api.cloudflare.com/x" } })
      : fine(),
  );
  await restClient(lib, { fetch: down.fetch })
    .run(MODEL, {})
    .catch(() => {});
  for (const { headers } of down.requests.slice(1)) equal(headers.authorization, undefined);
  const { fetch, requests } = recorder(
    () => new Response(null, { status: 308, headers: { location: "/again" } }),
  );
  const error = await restClient(lib, { fetch })
    .run(MODEL, {})
    .catch((thrown) => thrown);
  equal(error.code, "CONFIG");
  match(error.message, /redirects/);
  ok(requests.length < 12, `${requests.length} requests`);
});
