// The doors over HTTP: `fetch(url, init)` through the caller's function or the global one.

import { checkToken, errorOfThrown, failure, planRedirect } from "./core.js";
import { discardLate, Reply } from "./reply.js";
import { isForm, isResponse, isStream, kindOf } from "./values.js";

const REDIRECTS = [301, 302, 303, 307, 308];

/** Sends one request, and follows where it is redirected to. */
export async function sendOverHttp(call) {
  const { outgoing, guard } = call;
  const token = await tokenOf(call);
  if (isForm(outgoing.value) && globalThis.process?.versions?.node) await guard.until(writeOut(outgoing));
  const { contentType, query } = outgoing;
  const about = JSON.stringify({ contentType, query });
  const plan = call.plan(token, about);
  let { url, headers } = plan;
  for (let hops = 0; ; hops++) {
    const response = await send(call, url, headers, plan);
    const reply = new Reply(response);
    if (response.type !== "opaqueredirect" && !REDIRECTS.includes(response.status)) return reply;
    const to = resolve(reply.header("location"), url);
    reply.discard();
    let step;
    try {
      step = planRedirect(response.status, url, to, hops, outgoing.replayable);
    } catch (error) {
      error.attempts = guard.attempts;
      throw error;
    }
    if (!step.keep) headers = contentType === undefined ? {} : { "content-type": contentType };
    url = to;
  }
}

/** Larger forms are worth more as they are, read from their blobs while they are sent. */
const MOST_WRITTEN = 64 * 1024 * 1024;

/** A form as bytes: Node's process ends with an exception of its own where the sending of a form is broken off. */
async function writeOut(outgoing) {
  outgoing.form = outgoing.value;
  let size = 0;
  for (const [, part] of outgoing.form) size += part.size ?? part.length;
  if (size > MOST_WRITTEN) return;
  const written = new Response(outgoing.form);
  outgoing.contentType = written.headers.get("content-type");
  outgoing.value = new Uint8Array(await written.arrayBuffer());
}

async function send(call, url, headers, { method = "POST", redirect }) {
  const { client, guard, outgoing } = call;
  // It may be made when it is looked at, which is once.
  const body = outgoing.value;
  const init = { method, headers: { ...headers, ...outgoing.headers }, body, signal: guard.signal, redirect };
  // Demanded by the standard for a body that is a stream.
  if (isStream(body)) init.duplex = "half";
  // The global one is looked up at each call, so that one that was put there later counts, and called on its owner: some runtimes
  // refuse another receiver.
  const own = client.fetch;
  if (own === undefined && typeof globalThis.fetch !== "function") {
    throw failure("CONFIG", "There is no global fetch: pass one as fetch.", {
      field: "fetch",
    });
  }
  let pending;
  let response;
  try {
    pending = own === undefined ? globalThis.fetch(url, init) : own(url, init);
    response = await guard.until(pending);
  } catch (cause) {
    if (guard.reason !== undefined) {
      discardLate(pending);
      throw guard.reason;
    }
    const why = cause?.cause?.code ?? cause?.code;
    const fields = errorOfThrown(guard.hidden(), url, typeof why === "string" ? why : "", "");
    throw guard.fail(fields, { cause });
  }
  if (!isResponse(response)) {
    throw failure("CONFIG", "fetch did not give a Response.", {
      field: "fetch",
    });
  }
  return response;
}

/** The token for a request, empty for none. */
export const tokenOf = async ({ client, guard, facts }) =>
  facts.tokenIsFunction ? askForToken(client.apiToken, guard, facts.secrets) : (facts.token ?? "");

/** The token for this request. A function may give another one each time, so each is checked and hidden. */
async function askForToken(apiToken, guard, secrets) {
  const refuse = (why, more) =>
    failure("CONFIG", `The function apiToken ${why}.`, { field: "apiToken", ...more });
  let token;
  try {
    token = await guard.until(apiToken());
  } catch (cause) {
    throw guard.reason ?? refuse("failed; cause has its error", { cause });
  }
  if (typeof token !== "string") throw refuse(`must give a string, not ${kindOf(token)}`);
  const checked = checkToken(token);
  secrets.push(checked);
  return checked;
}

function resolve(location, base) {
  try {
    return new URL(location, base).href;
  } catch {
    return "";
  }
}
