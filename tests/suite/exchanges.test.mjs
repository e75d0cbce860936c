/**
 * Every wire shape of every task, as whole exchanges (tests/fixtures): what a method sends for an input, and what it makes of the
 * reply. The service is a stand-in that gives just these bytes, so both are seen exactly; the doors' own suites go through real
 * connections.
 */
import { deepEqual, equal, ok } from "./assert.mjs";
import exchanges from "./exchanges.mjs";
import { test } from "./harness.mjs";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const BASE = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai`;

/** Every form that a media value may have. */
const MEDIA_FORMS = {
  Uint8Array: (bytes) => bytes,
  ArrayBuffer: (bytes) => bytes.slice().buffer,
  Blob: (bytes, type) => new Blob([bytes], { type }),
  ReadableStream: (bytes) => new Blob([bytes]).stream(),
  Response: (bytes, type) => new Response(bytes, { headers: { "content-type": type } }),
  base64: toBase64,
  "data URL": (bytes, type) => `data:${type};base64,${toBase64(bytes)}`,
  "number[]": (bytes) => Array.from(bytes),
};

for (const exchange of exchanges) {
  if (exchange.method === undefined) continue;
  const all = exchange.forms ?? Object.keys(MEDIA_FORMS);
  const forms = JSON.stringify(exchange.input).includes('"$base64"') ? all : [undefined];
  for (const form of forms) {
    const title = `${exchange.name}: ${exchange.method}${form === undefined ? "" : ` of a ${form}`}`;
    test(title, async ({ lib }) => {
      const seen = [];
      const client =
        exchange.door === "rest" ? restClient(lib, exchange, seen) : bindingClient(lib, exchange, seen);
      const input = revived(exchange.input, (bytes) => MEDIA_FORMS[form](bytes, typeOf(bytes)));
      const { model, method, options } = exchange;
      // Groups are OpenAI's methods, which have the model in the request.
      const args = method.includes(".") ? [{ model, ...input }, options] : [model, input, options];
      const result = await methodOf(client, method)(...args);
      equal(seen.length, 1);
      if (exchange.sent !== false) await compareRequest(seen[0], exchange);
      // These give what the service said, and nothing beside it.
      if (method === "run" || method.includes(".")) return deepEqual(result, exchange.result);
      deepEqual(await plain(result), exchange.result);
      ok(result.meta.door === exchange.door && result.meta.attempts === 1);
    });
  }
}

/** `embeddings.create` is a method of a group. */
function methodOf(client, name) {
  const steps = name.split(".");
  const last = steps.pop();
  const owner = steps.reduce((object, step) => object[step], client);
  return (...args) => owner[last](...args);
}

function restClient(lib, exchange, seen) {
  return new lib.WorkersAI({
    accountId: ACCOUNT,
    apiToken: "token",
    // The stand-in for fetch lets nothing out of the page.
    dangerouslyAllowBrowser: true,
    fetch: async (url, init) => {
      seen.push({ url, init });
      return replyOf(exchange);
    },
  });
}

function bindingClient(lib, exchange, seen) {
  return new lib.WorkersAI({
    binding: {
      async run(model, inputs, options) {
        seen.push({ model, inputs, options });
        return replyOf(exchange);
      },
    },
  });
}

function replyOf({ reply }) {
  const { status, contentType, body } = reply;
  const bytes = body?.$base64 === undefined ? undefined : fromBase64(body.$base64);
  const content = bytes ?? (typeof body === "string" ? body : JSON.stringify(body));
  return new Response(content, { status, headers: { "content-type": contentType } });
}

async function compareRequest(seen, { door, model, request }) {
  if (door === "rest") {
    const { url, init } = seen;
    ok(url.startsWith(BASE), url);
    const { pathname, searchParams } = new URL(url);
    equal(decodeURIComponent(pathname).slice(new URL(BASE).pathname.length), request.path);
    deepEqual(Object.fromEntries(searchParams), request.query ?? {});
    equal(init.method, request.method);
    if (request.form !== undefined) {
      const form = init.body instanceof FormData ? init.body : await new Response(init.body, init).formData();
      return deepEqual(await formOf(form), request.form);
    }
    equal(init.headers["content-type"], request.contentType);
    const body = await bytesOf(init.body);
    if (request.body.$base64 !== undefined) return equal(toBase64(body), request.body.$base64);
    return deepEqual(JSON.parse(new TextDecoder().decode(body)), request.body);
  }
  equal(seen.model, model);
  equal(seen.options.returnRawResponse, true);
  const { inputs } = seen;
  if (request.form !== undefined) {
    const { body, contentType, ...others } = inputs.multipart;
    deepEqual([Object.keys(inputs), others], [["multipart"], {}]);
    const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
    return deepEqual(await formOf(form), request.form);
  }
  if (request.query?.userInputs !== undefined) {
    const [name, media] = Object.entries(inputs).find(([, value]) => value?.body !== undefined);
    const { [name]: _, ...others } = inputs;
    deepEqual(others, JSON.parse(request.query.userInputs));
    equal(media.contentType, request.contentType);
    return equal(toBase64(await bytesOf(media.body)), request.body.$base64);
  }
  return deepEqual(JSON.parse(JSON.stringify(inputs)), request.body.inputs);
}

/** The parts by name. A type that a platform adds to a text is none of ours. */
async function formOf(form) {
  const parts = {};
  for (const [name, value] of form) {
    parts[name] =
      typeof value === "string" ? value : { $base64: toBase64(await bytesOf(value)), type: value.type };
  }
  return parts;
}

async function bytesOf(body) {
  return new Uint8Array(await new Response(body).arrayBuffer());
}

/** Replaces `{ $base64 }` by what `make` gives for the bytes. */
function revived(value, make) {
  if (typeof value !== "object" || value === null) return value;
  if (typeof value.$base64 === "string") return make(fromBase64(value.$base64));
  if (Array.isArray(value)) return value.map((item) => revived(item, make));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revived(member, make)]));
}

/** A result as JSON has it, without what does not depend on the shape. */
async function plain(result) {
  if (typeof result.blob === "function") {
    const { bytes, mediaType } = result;
    ok(bytes instanceof Uint8Array);
    deepEqual(await bytesOf(result.blob()), bytes);
    equal(result.blob().type, mediaType);
    equal(result.dataURL(), `data:${mediaType};base64,${result.base64()}`);
    equal(result.response().headers.get("content-type"), mediaType);
    deepEqual(await bytesOf(result.stream()), bytes);
    return { mediaType, $base64: result.base64() };
  }
  const { raw, meta, message, ...rest } = result;
  if (message !== undefined) equal(message.content, result.text);
  return JSON.parse(
    JSON.stringify(rest, (_, value) => (value instanceof Float32Array ? { $floats: [...value] } : value)),
  );
}

/** The fixtures' media are of two kinds. */
const typeOf = (bytes) => (bytes[0] === 0x89 ? "image/png" : "audio/wav");

function toBase64(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
