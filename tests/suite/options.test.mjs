/** Wrong options: found at once, before any request, with a sentence that says what to do. */
import { deepEqual, doesNotMatch, equal, match, ok, rejects, throws } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, recorder } from "./stubs.mjs";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const TOKEN = "cf-token-of-the-tests";
const inPage = ({ runtime }) => runtime === "chromium";
const onServer = (context) => !inPage(context);

/** Secrets stay out of everything that an error shows. */
function refuses(lib, options, fields) {
  const error = throws(() => new lib.WorkersAI(options), {
    name: "WorkersAIError",
    code: "CONFIG",
    ...fields,
  });
  ok(error instanceof lib.WorkersAIError);
  match(error.message, /\.$/, "the message is a sentence");
  doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error)}`, new RegExp(TOKEN));
  equal(error.retryable, false);
  return error;
}

test(
  "nothing given and nothing in the environment: the message names what can be given",
  ({ lib }) => {
    for (const options of [undefined, {}])
      refuses(lib, options, { message: /CLOUDFLARE_ACCOUNT_ID.*CLOUDFLARE_API_TOKEN/s });
  },
  { when: onServer },
);

test(
  "nothing given in a page: the message names baseURL",
  ({ lib }) => void refuses(lib, undefined, { message: /baseURL/ }),
  { when: inPage },
);

test(
  "an account id alone, a token alone",
  ({ lib }) => {
    refuses(lib, { accountId: ACCOUNT }, { field: "apiToken", message: /apiToken/ });
    refuses(lib, { apiToken: TOKEN }, { field: "accountId", message: /accountId/ });
  },
  { when: onServer },
);

test(
  "an account id that is none",
  ({ lib }) => {
    for (const accountId of [
      "",
      "my-account",
      ACCOUNT.slice(1),
      `${ACCOUNT}0`,
      `${ACCOUNT.slice(0, -1)}/`,
      `${ACCOUNT.slice(2)}..`,
    ]) {
      refuses(lib, { accountId, apiToken: TOKEN }, { field: "accountId", message: /32/ });
    }
  },
  { when: onServer },
);

test(
  "a token that is none",
  ({ lib }) => {
    for (const apiToken of ["", " ", `Bearer ${TOKEN}`, `${TOKEN}\r\nx-other: 1`]) {
      refuses(lib, { accountId: ACCOUNT, apiToken }, { field: "apiToken", message: /apiToken/ });
    }
  },
  { when: onServer },
);

test("a binding that is none", ({ lib }) => {
  for (const binding of [undefined, null])
    refuses(lib, { binding }, { field: "binding", message: /env\.AI|binding/ });
  for (const binding of [{}, { run: "no function" }, "AI", 1])
    refuses(lib, { binding }, { field: "binding", message: /run/ });
});

test(
  "a relative base URL where there is no page",
  ({ lib }) => {
    for (const baseURL of ["/ai", "ai", "//example.com/ai"])
      refuses(lib, { baseURL }, { field: "baseURL", message: /https:\/\// });
  },
  { when: onServer },
);

test("a base URL that cannot be one", ({ lib }) => {
  for (const baseURL of [
    "",
    "ftp://example.com/ai",
    "https://",
    "https://example.com/ai?x=1",
    "https://user:pass@example.com/ai",
  ]) {
    refuses(lib, { baseURL }, { field: "baseURL", message: /baseURL/ });
  }
});

test(
  "a token in a page is refused unless it is asked for",
  ({ lib }) => {
    refuses(lib, { accountId: ACCOUNT, apiToken: TOKEN }, { message: /dangerouslyAllowBrowser/ });
    ok(new lib.WorkersAI({ accountId: ACCOUNT, apiToken: TOKEN, dangerouslyAllowBrowser: true }));
  },
  { when: inPage },
);

test("numbers that are none", ({ lib }) => {
  const baseURL = "https://example.com/ai";
  for (const options of [
    { timeout: -1 },
    { timeout: { total: Number.NaN } },
    { maxRetries: -1 },
    { maxRetries: 1.5 },
  ]) {
    refuses(lib, { baseURL, ...options }, { message: new RegExp(Object.keys(options)[0]) });
  }
});

test("the caller's options are not changed, and later changes of theirs do nothing", async ({ lib }) => {
  const { fetch, requests } = recorder(() =>
    jsonResponse({ result: { response: "hi" }, success: true, errors: [], messages: [] }),
  );
  const options = { baseURL: "https://example.com/ai", fetch, headers: { "x-team": "search" } };
  const before = structuredClone({ ...options, fetch: undefined });
  const ai = new lib.WorkersAI(options);
  options.headers["x-team"] = "other";
  await ai.run(MODELS.legacy, { prompt: "hi" });
  equal(requests[0].headers["x-team"], "search");
  options.headers["x-team"] = "search";
  deepEqual({ ...options, fetch: undefined }, before);
});

test(
  "account id and token come from the environment, for REST alone",
  async ({ lib, environment }) => {
    environment.CLOUDFLARE_ACCOUNT_ID = ACCOUNT;
    environment.CLOUDFLARE_API_TOKEN = TOKEN;
    try {
      const { fetch, requests } = recorder(() =>
        jsonResponse({ result: { response: "hi" }, success: true, errors: [], messages: [] }),
      );
      await new lib.WorkersAI({ fetch }).run(MODELS.legacy, { prompt: "hi" });
      await new lib.WorkersAI({ fetch, baseURL: "https://example.com/ai" }).run(MODELS.legacy, {
        prompt: "hi",
      });
      equal(
        requests[0].url,
        `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/run/${MODELS.legacy}`,
      );
      equal(requests[0].headers.authorization, `Bearer ${TOKEN}`);
      equal(requests[1].url, `https://example.com/ai/run/${MODELS.legacy}`);
      equal(requests[1].headers.authorization, undefined, "a token of the environment at another host");
    } finally {
      delete environment.CLOUDFLARE_ACCOUNT_ID;
      delete environment.CLOUDFLARE_API_TOKEN;
    }
  },
  { when: ({ environment }) => environment !== undefined },
);

test(
  "a token that the service refuses gives AUTH, once, and says what to do",
  async ({ lib, doors, restOrigin }) => {
    ok(restOrigin);
    const retries = [];
    const ai = doors
      .find(({ name }) => name === "rest")
      .client({ apiToken: TOKEN, hooks: { onRetry: (event) => retries.push(event) } });
    const error = await rejects(ai.run(MODELS.legacy, { prompt: "hi" }), {
      code: "AUTH",
      retryable: false,
      attempts: 1,
    });
    ok(error instanceof lib.WorkersAIError);
    match(error.message, /token/i);
    doesNotMatch(`${error.message} ${JSON.stringify(error)}`, new RegExp(TOKEN));
    equal(retries.length, 0);
  },
  { when: ({ restOrigin }) => restOrigin !== undefined },
);
