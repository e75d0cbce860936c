/** `gateway(id)`: log entries and addresses. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { ACCOUNT, jsonResponse, recorder, restClient } from "./stubs.mjs";

testEachDoor("a call's log entry can be read and noted in", async ({ door }) => {
  const ai = door.client();
  const { meta } = await ai.generateText(MODELS.legacy, "echo: logged", { gateway: "mine" });
  ok(typeof meta.gatewayLogId === "string" && meta.gatewayLogId !== "");
  const gateway = ai.gateway("mine");
  if (door.name === "proxy") {
    const refused = { code: "CONFIG", field: "baseURL", message: /accountId and apiToken/ };
    await rejects(gateway.getLog(meta.gatewayLogId), refused);
    await rejects(gateway.patchLog(meta.gatewayLogId, { score: 1 }), refused);
    return;
  }
  const log = await gateway.getLog(meta.gatewayLogId);
  equal(log.id, meta.gatewayLogId);
  equal(log.model, MODELS.legacy);
  ok(log.created_at instanceof Date);
  equal(await gateway.patchLog(log.id, { score: 7, feedback: 1, metadata: { user: "u" } }), undefined);
  const changed = await gateway.getLog(log.id);
  deepEqual(changed.metadata, { user: "u" });
});

testEachDoor("a log entry that is not there is NOT_FOUND, and is asked for once", async ({ door }) => {
  if (door.name === "proxy") return;
  const error = await rejects(door.client().gateway("mine").getLog("01JNOTHING"), {
    code: "NOT_FOUND",
    field: "logId",
    status: 404,
    attempts: 1,
  });
  match(error.message, /no log entry/);
});

testEachDoor("ids cannot leave their path, and changes are checked, before any request", async ({ door }) => {
  const requests = [];
  const ai = door.client({ hooks: { onRequest: (info) => requests.push(info) } });
  for (const id of ["", "..", "a/b", "../../user/tokens", "a?b", "a\r\nx: y", "%2e%2e", 5, undefined]) {
    await rejects(ai.gateway(id).getLog("1"), { field: door.name === "proxy" ? "baseURL" : "gateway" });
    await rejects(ai.gateway(id).url(), { code: "INVALID_INPUT", field: "gateway" });
    if (door.name === "proxy") continue;
    await rejects(ai.gateway("g").getLog(id), { code: "INVALID_INPUT", field: "logId" });
    await rejects(ai.gateway("g").patchLog(id, { score: 1 }), { code: "INVALID_INPUT", field: "logId" });
  }
  for (const [patch, field] of [
    [undefined, "patch"],
    [{}, "patch"],
    [{ feedback: 3 }, "feedback"],
    [{ score: "9" }, "score"],
    [{ metadata: { a: {} } }, "metadata"],
  ]) {
    await rejects(ai.gateway("g").patchLog("1", patch), { code: "INVALID_INPUT", field });
  }
  await rejects(ai.gateway("g").url("../x"), { code: "INVALID_INPUT", field: "provider" });
  equal(requests.length, 0);
});

testEachDoor("a gateway's address for a provider", async ({ door }) => {
  const gateway = door.client().gateway("mine");
  if (door.name === "proxy") {
    await rejects(gateway.url("openai"), { code: "CONFIG", field: "accountId" });
    return;
  }
  match(await gateway.url("openai"), /^https:\/\/gateway\.ai\.cloudflare\.com\/v1\/[0-9a-z]+\/mine\/openai$/);
  match(await gateway.url(), /^https:\/\/gateway\.ai\.cloudflare\.com\/v1\/[0-9a-z]+\/mine\/?$/);
});

test("log entries lie beside /ai, and a gateway's own settings stay out of the request", async ({ lib }) => {
  const { fetch, requests } = recorder(({ method }) =>
    jsonResponse({ success: true, result: method === "GET" ? { id: "l" } : null }),
  );
  const gateway = { id: "main", token: "gate-token", cacheTtl: 60 };
  const ai = restClient(lib, { gateway, fetch });
  deepEqual(await ai.gateway("g").getLog("l"), { id: "l" });
  await ai.gateway("g").patchLog("l", { feedback: -1 });
  const url = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai-gateway/gateways/g/logs/l`;
  deepEqual(
    requests.map((request) => `${request.method} ${request.url}`),
    [`GET ${url}`, `PATCH ${url}`],
  );
  deepEqual(requests[1].body, { feedback: -1 });
  deepEqual(requests[1].headers, {
    authorization: "Bearer tok-en-of-test",
    "content-type": "application/json",
  });
});

test("a baseURL that ends as Cloudflare's own does reaches the account, too", async ({ lib }) => {
  const { fetch, requests } = recorder(() => jsonResponse({ success: true, result: { id: "l" } }));
  const origin = "https://mirror.example/client/v4/accounts";
  const ai = new lib.WorkersAI({
    baseURL: `${origin}/${ACCOUNT}/ai`,
    apiToken: "tok-en",
    dangerouslyAllowBrowser: true,
    fetch,
  });
  await ai.gateway("g").getLog("l");
  equal(requests[0].url, `${origin}/${ACCOUNT}/ai-gateway/gateways/g/logs/l`);
  match(await ai.gateway("g").url("x"), new RegExp(`/v1/${ACCOUNT}/g/x$`));
});

test("a log entry of a request that failed is no failure", async ({ lib }) => {
  const entry = { id: "l", success: false, status_code: 500, created_at: "2026-01-02T03:04:05.000Z" };
  const binding = { run() {}, gateway: () => ({ getLog: async () => ({ ...entry }) }) };
  const log = await new lib.WorkersAI({ binding }).gateway("g").getLog("l");
  equal(log.success, false);
  equal(log.created_at.getTime(), Date.parse(entry.created_at));
  const { fetch } = recorder(() => jsonResponse({ success: true, result: entry }));
  const ai = restClient(lib, { fetch });
  deepEqual(await ai.gateway("g").getLog("l"), log);
});

test("a stand-in for the gateway that lacks a function is told of", async ({ lib }) => {
  const ai = new lib.WorkersAI({ binding: { run() {}, gateway: () => ({}) } });
  await rejects(ai.gateway("g").getLog("l"), { code: "CONFIG", message: /gateway\(id\)\.getLog/ });
});
