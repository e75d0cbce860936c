// The upstream through `env.AI`: converts REST requests to the binding's inputs, and its replies to REST
// replies.

import { concatBytes } from "./bytes.js";
import { envelopeOf } from "./failed.js";
import { picked, toPage } from "./headers.js";
import { formBytes } from "./input.js";
import { Refusal } from "./refusal.js";

/** Models that accept media as a stream; the others require an array of numbers. */
const STREAMED = /\/(?:nova-3|smart-turn)/;

export async function callBinding(request, admitted, { binding, gateway }, { forwarded, exposed }) {
  const replyHeaders = (headers) => toPage(headers, exposed);
  try {
    switch (admitted.endpoint) {
      case "run":
        return await run(request, admitted, { binding, gateway, forwarded }, replyHeaders);
      case "models":
        return whole(await models(request, admitted, binding), replyHeaders);
      case "websearch": {
        const gatewayId = gateway?.id ?? gateway ?? "default";
        return replyOf(await binding.websearch({ ...admitted.input, gatewayId }), admitted, replyHeaders);
      }
      case "tomarkdown":
        return whole(await toMarkdown(admitted, binding), replyHeaders);
    }
  } catch (error) {
    return replyToThrown(error, replyHeaders);
  }
  throw new Refusal(501, "Through a binding the proxy offers run, models, tomarkdown and websearch.");
}

async function run(request, admitted, { binding, gateway, forwarded }, replyHeaders) {
  const options = { returnRawResponse: true, signal: request.signal };
  if (gateway !== undefined) options.gateway = gateway;
  const { accept: _, ...extraHeaders } = picked(request.headers, forwarded);
  if (Object.keys(extraHeaders).length > 0) options.extraHeaders = extraHeaders;
  const format = formatOf(admitted);
  if (format !== undefined) options.openaiEndpoint = format;
  // Polling a queued batch is no new batch for the binding.
  if (admitted.queued && admitted.input.request_id === undefined) options.queueRequest = true;
  if (admitted.websocket) {
    const response = await binding.run(admitted.model, admitted.parameters, { ...options, websocket: true });
    if (!response?.webSocket && response?.status >= 400) return replyOf(response, admitted, replyHeaders);
    if (!response?.webSocket) throw new Refusal(502, "The service opened no WebSocket.");
    return new Response(null, { status: 101, webSocket: response.webSocket });
  }
  return replyOf(
    await binding.run(admitted.model, await inputsFor(admitted), options),
    admitted,
    replyHeaders,
  );
}

/** The API format of a model of another author: that of the input. */
function formatOf({ model, input }) {
  if (model.startsWith("@") || !model.includes("/")) return undefined;
  if (Array.isArray(input?.messages)) return "/v1/chat/completions";
  return input?.input === undefined ? undefined : "/v1/responses";
}

/** A form is sent as bytes with its boundary; raw media become the model's media input. */
async function inputsFor({ model, input, form, media, parameters }) {
  if (input !== undefined) return input;
  const { bytes, contentType } = media ?? (await formBytes(form));
  const stream = () => ({ body: new Blob([bytes]).stream(), contentType });
  if (form !== undefined) return { multipart: stream() };
  return { ...parameters, [media.name]: STREAMED.test(model) ? stream() : [...bytes] };
}

/** Converts the binding's reply. A substitute may ignore that a `Response` was requested. */
async function replyOf(reply, admitted, replyHeaders) {
  if (typeof reply?.status !== "number" || typeof reply.headers?.get !== "function")
    return replyOfSubstitute(reply, admitted, replyHeaders);
  const headers = replyHeaders(reply.headers);
  if (reply.status >= 400)
    return Response.json(envelopeOf(await reply.text()), { status: reply.status, headers });
  const isJSON = /^application\/json\b/i.test(reply.headers.get("content-type") ?? "");
  return new Response(isJSON ? enveloped(reply.body) : reply.body, { headers });
}

/** A stream, bytes, or the result itself. */
function replyOfSubstitute(reply, { input }, replyHeaders) {
  const isStream = typeof reply?.getReader === "function";
  const isBytes = ArrayBuffer.isView(reply) || /^\[object (?:ArrayBuffer|Blob|File)\]$/.test(tagOf(reply));
  if (!isStream && !isBytes) return whole(reply ?? null, replyHeaders);
  const type = isStream && input?.stream === true ? "text/event-stream" : "application/octet-stream";
  return new Response(reply, { headers: { ...replyHeaders(new Headers()), "content-type": type } });
}

const tagOf = (value) => Object.prototype.toString.call(value);

/**
 * Wraps a JSON object, array or string in `{"result": …}`; only its beginning is inspected. Other bodies with
 * a JSON content type, such as events, a web page or an object per line, are passed through: wrapping would
 * not make them valid JSON, and would hide their contents.
 */
function enveloped(body) {
  const encoder = new TextEncoder();
  /** The beginning, until it is known whether the body is one JSON text. */
  let beginning = new Uint8Array(0);
  let isJSON;
  const decide = (controller, whole) => {
    isJSON = whole;
    if (isJSON) controller.enqueue(encoder.encode('{"result":'));
    if (beginning.length > 0) controller.enqueue(beginning);
    beginning = undefined;
  };
  const around = new TransformStream({
    transform(chunk, controller) {
      if (isJSON !== undefined) return controller.enqueue(chunk);
      beginning = joined(beginning, chunk);
      const whole = isWhole(beginning);
      if (whole !== undefined) decide(controller, whole);
    },
    flush(controller) {
      if (isJSON === undefined) decide(controller, beginning.length > 0);
      if (isJSON) controller.enqueue(encoder.encode(',"success":true,"errors":[],"messages":[]}'));
    },
  });
  return body.pipeThrough(around);
}

/** Longest first line that is inspected, with the white space after it, in bytes. */
const LONGEST_LINE = 64 * 1024;

/**
 * Whether a body with this beginning is one JSON text; undefined until that is known. A first line that is an
 * object by itself and has another line after it is the first of many objects.
 */
function isWhole(beginning) {
  if (beginning.length === 0) return undefined;
  if (beginning[0] !== OBJECT) return BEGINS_JSON.has(beginning[0]);
  const end = beginning.indexOf(LINE_FEED);
  const hasNext = end !== -1 && beginning.subarray(end).some((byte) => !BEFORE_JSON.has(byte));
  if (!hasNext) return beginning.length > LONGEST_LINE ? true : undefined;
  try {
    JSON.parse(new TextDecoder().decode(beginning.subarray(0, end)));
    return false;
  } catch {
    return true; // An object on several lines.
  }
}

/** Two pieces of a body as one, without the white space before its first byte. */
function joined(before, chunk) {
  const start = before.length > 0 ? 0 : chunk.findIndex((byte) => !BEFORE_JSON.has(byte));
  if (start === -1) return before;
  return concatBytes([before, chunk.subarray(start)]);
}

const OBJECT = 0x7b;
const LINE_FEED = 0x0a;
/** White space, and the bytes of a byte order mark. */
const BEFORE_JSON = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
const BEGINS_JSON = new Set([0x7b, 0x5b, 0x22]);

/**
 * The service's error number in a message, with or without the error's name: `3036: …`, `AiError: 3036: …`.
 */
const NUMBERED = /^(?:\w+: )?(\d{3,5}): /;
/** Messages of the service that imply a number. */
const WORDS = /daily free allocation|capacity temporarily exceeded/i;
/** The codes of a `DOMException` are smaller than the service's. */
const isNumber = (code) => /^\d{4,5}$/.test(String(code));

/**
 * Converts an error of the service that the binding threw, by its number or message. Other errors are the
 * proxy's own and are rethrown.
 */
function replyToThrown(error, replyHeaders) {
  if (error instanceof Refusal) throw error;
  const words = typeof error?.message === "string" ? error.message : "";
  const code = [error?.internalCode, error?.code, NUMBERED.exec(words)?.[1]].find(isNumber);
  if (code === undefined && !WORDS.test(words)) throw error;
  const message = words.replace(NUMBERED, "");
  const errors = [code === undefined ? { message } : { code: Number(code), message }];
  const headers = replyHeaders(new Headers());
  return Response.json({ result: {}, success: false, errors, messages: [] }, { status: 502, headers });
}

function whole(result, replyHeaders) {
  const headers = replyHeaders(new Headers());
  return Response.json({ result, success: true, errors: [], messages: [] }, { headers });
}

async function models(request, { below }, binding) {
  if (below !== "models/search") throw new Refusal(501, "Through a binding the proxy has no schemas.");
  const { page, per_page, ...filter } = Object.fromEntries(new URL(request.url).searchParams);
  if (page !== undefined) filter.page = Number(page);
  if (per_page !== undefined) filter.per_page = Number(per_page);
  return binding.models(filter);
}

async function toMarkdown({ below, form }, binding) {
  if (below === "tomarkdown/supported") return binding.toMarkdown().supported();
  const files = form.getAll("files").filter((file) => typeof file !== "string");
  const options = conversionOptions(form.get("conversionOptions"));
  return binding.toMarkdown(
    files.map((file) => ({ name: file.name, blob: file })),
    options,
  );
}

function conversionOptions(text) {
  if (typeof text !== "string") return undefined;
  try {
    return { conversionOptions: JSON.parse(text) };
  } catch {
    throw new Refusal(400, "conversionOptions must be JSON.");
  }
}
