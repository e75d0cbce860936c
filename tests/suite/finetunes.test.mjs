/** `finetunes`: LoRA adapters, over HTTP. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { ACCOUNT, jsonResponse, recorder, restClient, sentForm } from "./stubs.mjs";

const MODEL = "@cf/mistral/mistral-7b-instruct-v0.2-lora";
const CONFIG = JSON.stringify({ r: 8, model_type: "mistral" });

const isBinding = ({ door }) => door.name === "binding";

testEachDoor("a finetune is made, filled and listed", async (t) => {
  const { finetunes } = t.door.client();
  if (isBinding(t)) {
    const refused = { code: "CONFIG", field: "binding", message: /accountId/ };
    await rejects(finetunes.list(), refused);
    await rejects(finetunes.list({ public: true }), refused);
    await rejects(finetunes.create({ model: MODEL, name: "x" }), refused);
    await rejects(finetunes.upload("x", { name: "adapter_config.json", blob: new Blob([CONFIG]) }), refused);
    return;
  }
  const name = `tune ${crypto.randomUUID()}`;
  const made = await finetunes.create({ model: MODEL, name, description: "d" });
  equal(made.name, name);
  ok(typeof made.id === "string" && typeof made.created_at === "string");
  // By id and by name, as a file of its own and as a name with bytes.
  const config = new File([CONFIG], "adapter_config.json");
  equal(await finetunes.upload(made.id, config), undefined);
  const weights = new Uint8Array([8, 0, 0, 0, 0, 0, 0, 0, 123, 125, 32, 32, 32, 32, 32, 32]);
  await finetunes.upload(name, { name: "adapter_model.safetensors", blob: weights });
  await rejects(finetunes.upload(made.id, config), { code: "INVALID_INPUT" });
  ok((await finetunes.list()).some(({ id }) => id === made.id));
});

testEachDoor("public finetunes are a list of their own", async (t) => {
  if (isBinding(t)) return;
  const { finetunes } = t.door.client();
  const all = await finetunes.list({ public: true });
  ok(all.length > 1 && all.every((finetune) => finetune.public));
  deepEqual(await finetunes.list({ public: true, limit: 1, offset: 1 }), [all[1]]);
});

testEachDoor("what the service would refuse is refused before any request", async (t) => {
  if (isBinding(t)) return;
  const requests = [];
  const { finetunes } = t.door.client({ hooks: { onRequest: (info) => requests.push(info) } });
  for (const [draft, field] of [
    [undefined, "input"],
    [{ name: "n" }, "model"],
    [{ model: "../x", name: "n" }, "model"],
    [{ model: MODEL, name: "" }, "name"],
    [{ model: MODEL, name: "n", public: "yes" }, "public"],
  ]) {
    await rejects(finetunes.create(draft), { code: "INVALID_INPUT", field });
  }
  const config = (text) => ({ name: "adapter_config.json", blob: new Blob([text]) });
  for (const [file, field] of [
    [undefined, "file"],
    [{ name: "adapter_model.bin", blob: new Uint8Array(4) }, "name"],
    [{ name: "adapter_model.safetensors", blob: new Uint8Array(0) }, "blob"],
    [{ name: "adapter_model.safetensors", blob: 5 }, "blob"],
    [config("no json"), "blob"],
    [config(JSON.stringify({ r: 64, model_type: "llama" })), "r"],
    [config(JSON.stringify({ r: 8 })), "model_type"],
  ]) {
    await rejects(finetunes.upload("x", file), { code: "INVALID_INPUT", field });
  }
  await rejects(finetunes.upload("../x", config(CONFIG)), { code: "INVALID_INPUT", field: "id" });
  equal(requests.length, 0);
});

test("a file is sent as two parts of a form", async ({ lib }) => {
  const { fetch, requests } = recorder(() => jsonResponse({ success: true, result: { success: true } }));
  const ai = restClient(lib, { fetch });
  await ai.finetunes.upload("my tune", "adapter_config.json", CONFIG_BYTES, { headers: { "x-own": "1" } });
  const [{ url, method, ...sent }] = requests;
  equal(
    `${method} ${url}`,
    `POST https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/finetunes/my%20tune/finetune-assets`,
  );
  const { headers, form } = await sentForm(sent);
  deepEqual(headers, { authorization: "Bearer tok-en-of-test", "x-own": "1" });
  equal(form.get("file_name"), "adapter_config.json");
  equal(form.get("file").name, "adapter_config.json");
  equal(await form.get("file").text(), CONFIG);
});

test(
  "a file is too large from 500 MB on",
  async ({ lib }) => {
    const ai = restClient(lib, { fetch: () => {} });
    // A Blob of one megabyte five hundred times is made without copying it.
    const blob = new Blob(Array.from({ length: 500 }, () => MEGABYTE));
    await rejects(ai.finetunes.upload("x", { name: "adapter_model.safetensors", blob }), {
      code: "TOO_LARGE",
      field: "blob",
    });
  },
  { when: ({ runtime }) => runtime !== "workerd" && runtime !== "chromium" },
);

const CONFIG_BYTES = new TextEncoder().encode(CONFIG);
const MEGABYTE = new Blob([new Uint8Array(2 ** 20)]);

test("making is not repeated unless the service turned the request away", async ({ lib }) => {
  const made = { success: true, result: { id: "1", name: "n", model: MODEL } };
  const failed = (status, code) =>
    jsonResponse(
      { success: false, errors: [{ code, message: "no" }] },
      { status, headers: { "retry-after": "0" } },
    );
  for (const [first, requestsMade] of [
    [() => failed(429, 3040), 2],
    [() => failed(500, 1101), 1],
    [() => Promise.reject(new TypeError("fetch failed")), 1],
  ]) {
    const { fetch, requests } = recorder((_request, index) => (index === 0 ? first() : jsonResponse(made)));
    const ai = restClient(lib, { fetch });
    const outcome = await ai.finetunes.create({ model: MODEL, name: "n" }).catch((error) => error);
    equal(requests.length, requestsMade);
    equal(outcome instanceof Error, requestsMade === 1);
  }
});

test("a list in a list is one list", async ({ lib }) => {
  const { fetch } = recorder(() => jsonResponse({ success: true, result: [[{ id: "1" }, { id: "2" }]] }));
  const ai = restClient(lib, { fetch });
  deepEqual(await ai.finetunes.list(), [{ id: "1" }, { id: "2" }]);
});
