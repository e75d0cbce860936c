/**
 * The entry without wasm. Apart from the other suites, because here the main entry must not be loaded: the two share
 * their modules, and so the wasm.
 */
import { equal, ok, rejects, throws } from "./assert.mjs";
import { run, test } from "./harness.mjs";

/** Right in every runtime. */
const OPTIONS = { baseURL: "https://example.com/ai" };

/** What gives a `WorkersAIError` with a sentence that names the fix. */
function refused(slim, use, message) {
  const error = throws(use, { name: "WorkersAIError", code: "CONFIG", message });
  ok(error instanceof slim.WorkersAIError);
  ok(slim.isWorkersAIError(error));
}

test("before initSync no client can be made", ({ slim }) => {
  refused(slim, () => new slim.WorkersAI(OPTIONS), /initSync/);
});

test("before initSync events() refuses", ({ slim }) => {
  refused(slim, () => slim.events(new Response("data: 1\n\n").body), /initSync/);
});

test("initSync refuses what is neither a module nor bytes", ({ slim, wasm }) => {
  for (const wrong of [undefined, null, "AGFzbQ==", {}, Promise.resolve(wasm)]) {
    refused(slim, () => slim.initSync(wrong), /WebAssembly\.Module/);
  }
});

test(
  "initSync refuses bytes that are not wasm, and keeps the cause",
  ({ slim }) => {
    refused(slim, () => slim.initSync(new Uint8Array(8)), /workers-ai-wasm\/wasm/);
    ok(throws(() => slim.initSync(new Uint8Array(8))).cause instanceof WebAssembly.CompileError);
  },
  // workerd refuses to compile any bytes in a handler.
  { when: ({ runtime }) => runtime !== "workerd" },
);

test("a failed initSync leaves the entry as it was", ({ slim }) => {
  refused(slim, () => new slim.WorkersAI(OPTIONS), /initSync/);
});

test("after initSync the entry works, and a second initSync is harmless", async ({ slim, wasm }) => {
  equal(slim.initSync(wasm), undefined);
  equal(slim.initSync(wasm), undefined);
  ok(new slim.WorkersAI(OPTIONS) instanceof slim.WorkersAI);
  const seen = [];
  for await (const event of slim.events(new Response("data: 1\n\ndata: 2\n\n").body)) seen.push(event.data);
  equal(seen.join(), "1,2");
  // The errors of the wasm are of the entry's own class.
  const refusing = new slim.WorkersAI({
    ...OPTIONS,
    maxRetries: 0,
    fetch: () => Promise.reject(new TypeError("no")),
  });
  const error = await rejects(refusing.run("@cf/meta/llama-3.1-8b-instruct", { prompt: "hi" }), {
    code: "NETWORK",
  });
  ok(error instanceof slim.WorkersAIError);
});

test("OpenAI's interface needs its own wasm, and works with it", async ({ slim, wasm, openai }) => {
  const fetch = async () => new Response('{"result":{"response":"hi"},"success":true}');
  const ai = new slim.WorkersAI({ ...OPTIONS, fetch });
  refused(slim, () => slim.serveOpenAI(ai), /workers-ai-wasm\/wasm\/openai/);
  refused(slim, () => slim.openaiWorker({ authorize: () => true }), /initSync\(module, \{ openai \}\)/);
  slim.initSync(wasm, { openai });
  const question = () =>
    new Request("https://any.example/v1/chat/completions", {
      method: "POST",
      body: '{"model":"@cf/a/b","messages":[{"role":"user","content":"x"}]}',
    });
  const whole = await (await slim.serveOpenAI(ai).handler(question())).json();
  equal(whole.choices[0].message.content, "hi");
  const worker = slim.openaiWorker({ authorize: () => true });
  const binding = { run: async () => ({ response: "by the binding" }) };
  const byBinding = await (await worker.fetch(question(), { AI: binding })).json();
  equal(byBinding.choices[0].message.content, "by the binding");
});

/**
 * @param {object} slim the entry's exports
 * @param {WebAssembly.Module | Uint8Array} wasm
 * @param {WebAssembly.Module | Uint8Array} openai
 * @param {string} runtime
 * @param {(line: object) => void} report
 */
export function runSlimSuite(slim, wasm, openai, runtime, report) {
  return run({ slim, wasm, openai, runtime }, report);
}
