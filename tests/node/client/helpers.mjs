// What the tests of the client share: replies of the service, and clients whose fetch is a stub.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { isWorkersAIError, WorkersAI } from "workers-ai-wasm";

export const ACCOUNT = "0123456789abcdef0123456789abcdef";
export const TOKEN = "secret-token-value";
export const MODEL = "@cf/a/b";

export const json = (value, init = {}) =>
  new Response(JSON.stringify(value), {
    ...init,
    headers: { "content-type": "application/json", ...init.headers },
  });
export const ok = (result, headers) => json({ result, success: true, errors: [], messages: [] }, { headers });
export const bad = (code, status, message = "x", headers) =>
  json({ result: {}, success: false, errors: [{ code, message }] }, { status, headers });

export const rest = (fetch, more) => new WorkersAI({ accountId: ACCOUNT, apiToken: TOKEN, fetch, ...more });

/** The WorkersAIError that a promise is rejected with. */
export async function rejects(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(isWorkersAIError(error), inspect(error));
    return error;
  }
  return assert.fail("it was not rejected");
}

/** The WorkersAIError that a function throws. */
export function throws(work) {
  try {
    work();
  } catch (error) {
    assert.ok(isWorkersAIError(error), inspect(error));
    return error;
  }
  return assert.fail("nothing was thrown");
}
