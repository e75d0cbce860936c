/** `toMarkdown`: documents to Markdown at every door. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { ACCOUNT, jsonResponse, recorder, restClient, sentForm } from "./stubs.mjs";

const HTML = "<h1>Title</h1><p>Some <b>bold</b> text.</p>";
const csv = () => ({ name: "table.csv", blob: new Blob(["a,b\n1,2\n"], { type: "text/csv" }) });

testEachDoor("one document in, one result out", async ({ door }) => {
  const result = await door
    .client()
    .toMarkdown({ name: "page.html", blob: new Blob([HTML], { type: "text/html" }) });
  equal(result.name, "page.html");
  equal(result.mimeType, "text/html");
  equal(result.format, "markdown");
  match(result.data, /# Title/);
  ok(Number.isInteger(result.tokens) && result.tokens > 0);
});

testEachDoor("several documents in, as many results in their order", async ({ door }) => {
  const results = await door
    .client()
    .toMarkdown([
      csv(),
      new File([HTML], "page.html", { type: "text/html" }),
      { name: "broken.pdf", blob: new Uint8Array([1, 2, 3]) },
    ]);
  deepEqual(
    results.map(({ name }) => name),
    ["table.csv", "page.html", "broken.pdf"],
  );
  match(results[0].data, /\| *a *\| *b *\|/);
  match(results[1].data, /\*\*bold\*\*/);
  // One that cannot be converted does not spoil the others.
  equal(results[2].format, "error");
  ok(typeof results[2].error === "string" && results[2].error !== "");
  ok(!("data" in results[2]));
  deepEqual(await door.client().toMarkdown([]), []);
  equal((await door.client().toMarkdown([csv()])).length, 1);
});

testEachDoor("a type that is missing is told by the name", async ({ door }) => {
  const bytes = new TextEncoder().encode(HTML);
  const forms = [
    bytes,
    bytes.buffer,
    new Blob([HTML]),
    new Response(HTML, { headers: { "content-type": "" } }),
    new Response(HTML).body,
    `data:text/html;base64,${btoa(HTML)}`,
  ];
  for (const blob of forms) {
    const result = await door.client().toMarkdown({ name: "page.HTML", blob });
    match(result.data ?? result.error, /# Title/);
  }
});

testEachDoor("options of the conversion go along; those of the call stay out", async ({ door }) => {
  const file = { name: "page.html", blob: new Blob([HTML], { type: "text/html" }) };
  const options = { conversionOptions: { output: { format: "text" } }, timeout: 30_000 };
  const before = structuredClone(options);
  const result = await door.client().toMarkdown(file, options);
  equal(result.format, "text");
  ok(!result.data.includes("#"));
  deepEqual(options, before);
});

testEachDoor("the kinds that can be converted", async ({ door }) => {
  const kinds = await door.client().toMarkdown.supported();
  ok(kinds.some(({ extension, mimeType }) => extension === ".pdf" && mimeType === "application/pdf"));
});

testEachDoor("what is no document is refused by its place before any request", async ({ door }) => {
  const requests = [];
  const ai = door.client({ hooks: { onRequest: (info) => requests.push(info) } });
  for (const [files, field] of [
    [undefined, "files"],
    ["page.html", "files"],
    [[csv(), { blob: new Uint8Array(1) }], "files[1].name"],
    [[csv(), { name: "x.pdf", blob: 5 }], "files[1].blob"],
    [new Blob(["x"]), "files.name"],
  ]) {
    await rejects(ai.toMarkdown(files), { code: "INVALID_INPUT", field });
  }
  const conversionOptions = { output: { format: "html" } };
  await rejects(ai.toMarkdown(csv(), { conversionOptions }), {
    code: "INVALID_INPUT",
    field: "conversionOptions.output.format",
  });
  equal(requests.length, 0);
});

testEachDoor("a document whose bytes do not come is not waited for", async ({ door }) => {
  const requests = [];
  const ai = door.client({ hooks: { onRequest: (info) => requests.push(info) } });
  const silent = () => ({ name: "a.csv", blob: new ReadableStream({}) });
  await rejects(ai.toMarkdown(silent(), { timeout: 20 }), { code: "TIMEOUT" });
  await rejects(ai.toMarkdown(silent(), { signal: AbortSignal.abort() }), { code: "ABORTED" });
  const controller = new AbortController();
  const pending = ai.toMarkdown(silent(), { signal: controller.signal });
  controller.abort();
  await rejects(pending, { code: "ABORTED" });
  await rejects(ai.toMarkdown({ name: "a.csv", blob: new Response("gone", { status: 404 }) }), {
    code: "INVALID_INPUT",
    field: "files.blob",
  });
  equal(requests.length, 0);
});

testEachDoor("a call that hangs is ended by its signal", async ({ door }) => {
  const controller = new AbortController();
  const ai = door.client({ hooks: { onRequest: () => queueMicrotask(() => controller.abort()) } });
  await rejects(ai.toMarkdown(csv(), { signal: controller.signal, headers: { "x-local-fault": "hang" } }), {
    code: "ABORTED",
  });
});

testEachDoor("capacity is asked again", async ({ door }) => {
  const headers = { "x-local-fault": `capacity, times=1, retry-after=0, id=${crypto.randomUUID()}` };
  const retries = [];
  const ai = door.client({ hooks: { onRetry: (info) => retries.push(info.code) } });
  const result = await ai.toMarkdown(csv(), { headers });
  equal(result.format, "markdown");
  equal(retries.length, 1);
});

test("over HTTP a form, with a part for each file and one for the options", async ({ lib }) => {
  const item = {
    id: "1",
    name: "table.csv",
    mimeType: "text/csv",
    format: "markdown",
    tokens: "4",
    data: "|a|",
  };
  const { fetch, requests } = recorder(() => jsonResponse({ success: true, result: [item] }));
  const ai = restClient(lib, { gateway: "g", fetch });
  const conversionOptions = { pdf: { metadata: false } };
  deepEqual(await ai.toMarkdown(csv(), { conversionOptions }), { ...item, tokens: 4 });
  const [{ url, ...sent }] = requests;
  const { headers, form } = await sentForm(sent);
  equal(url, `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/tomarkdown`);
  deepEqual(headers, { authorization: "Bearer tok-en-of-test", "cf-aig-gateway-id": "g" });
  const [file] = form.getAll("files");
  deepEqual([file.name, file.type, await file.text()], ["table.csv", "text/csv", "a,b\n1,2\n"]);
  deepEqual(JSON.parse(form.get("conversionOptions")), conversionOptions);
});

test("on the binding its function gets the options that it knows", async ({ lib }) => {
  const requested = [];
  const binding = {
    run() {},
    async toMarkdown(files, options) {
      requested.push({ names: files.map(({ name, blob }) => [name, blob.type]), options });
      return files.map(({ name }) => ({
        id: "1",
        name,
        mimeType: "text/csv",
        format: "markdown",
        tokens: 1,
        data: "x",
      }));
    },
  };
  const ai = new lib.WorkersAI({ binding });
  const conversionOptions = { output: { format: "markdown" } };
  const options = { gateway: "g", headers: { "x-own": "1" }, tags: ["t"], conversionOptions };
  await ai.toMarkdown({ name: "a.csv", blob: new Blob(["a"]) }, options);
  deepEqual(requested, [
    {
      names: [["a.csv", "text/csv"]],
      options: { gateway: { id: "g" }, extraHeaders: { "x-own": "1" }, conversionOptions },
    },
  ]);
  await rejects(new lib.WorkersAI({ binding: { run() {}, fetch() {} } }).toMarkdown(csv()), {
    code: "CONFIG",
    field: "binding",
  });
});

test("what a stand-in has in the place of a text is its JSON text", async ({ lib }) => {
  for (const [data, text] of [
    [{ a: [1, "b"] }, '{"a":[1,"b"]}'],
    [["a"], '["a"]'],
    [5, "5"],
  ]) {
    const result = { name: "a.csv", mimeType: "text/csv", format: "markdown", tokens: 1, data };
    const ai = new lib.WorkersAI({ binding: { run() {}, toMarkdown: async () => [result] } });
    equal((await ai.toMarkdown({ name: "a.csv", blob: new Blob(["a"]) })).data, text);
  }
});

test("as many results as documents, or it is no answer", async ({ lib }) => {
  const { fetch } = recorder(() => jsonResponse({ success: true, result: [] }));
  const ai = restClient(lib, { fetch });
  await rejects(ai.toMarkdown(csv()), { code: "MALFORMED_RESPONSE" });
});
