// The upstream through `env.AI`: what comes from the page as the REST API has it becomes the binding's inputs, and its reply becomes
// the REST API's.

import { picked, toPage } from "./headers.js";
import { formBytes } from "./input.js";
import { Refusal } from "./refusal.js";

/** Models that take media as a stream; the others want a list of numbers. */
const STREAMED = /\/(?:nova-3|smart-turn)/;

export async function askBinding(request, asked, { binding, gateway }, { forwarded, exposed }) {
  const replyHeaders = (headers) => toPage(headers, exposed);
  try {
    switch (asked.endpoint) {
      case "run":
        return await run(request, asked, { binding, gateway, forwarded }, replyHeaders);
      case "models":
        return whole(await models(request, asked, binding), replyHeaders);
      case "tomarkdown":
        return whole(await toMarkdown(asked, binding), replyHeaders);
    }
  } catch (error) {
    return replyToThrown(error, replyHeaders);
  }
  throw new Refusal(501, "Through a binding the proxy offers run, models and tomarkdown.");
}

async function run(request, asked, { binding, gateway, forwarded }, replyHeaders) {
  const options = { returnRawResponse: true, signal: request.signal };
  if (gateway !== undefined) options.gateway = gateway;
  const { accept: _, ...extraHeaders } = picked(request.headers, forwarded);
  if (Object.keys(extraHeaders).length > 0) options.extraHeaders = extraHeaders;
  // Asking for a batch that is in the queue is no new one for the binding.
  if (asked.queued && asked.input.request_id === undefined) options.queueRequest = true;
  if (asked.websocket) {
    const response = await binding.run(asked.model, asked.parameters, { ...options, websocket: true });
    if (!response.webSocket && !response.ok) return replyOf(response, replyHeaders);
    if (!response.webSocket) throw new Refusal(502, "The service opened no WebSocket.");
    return new Response(null, { status: 101, webSocket: response.webSocket });
  }
  return replyOf(await binding.run(asked.model, await inputsFor(asked), options), replyHeaders);
}

/** A form goes as bytes with its boundary; raw media become the model's one media input. */
async function inputsFor({ model, input, form, media, parameters }) {
  if (input !== undefined) return input;
  const { bytes, contentType } = media ?? (await formBytes(form));
  const stream = () => ({ body: new Blob([bytes]).stream(), contentType });
  if (form !== undefined) return { multipart: stream() };
  return { ...parameters, [media.name]: STREAMED.test(model) ? stream() : [...bytes] };
}

/** The binding's reply in the REST API's form. */
async function replyOf(response, replyHeaders) {
  const headers = replyHeaders(response.headers);
  const isJSON = /^application\/json\b/i.test(response.headers.get("content-type") ?? "");
  if (!response.ok)
    return new Response(JSON.stringify(envelopeOf(await response.text())), {
      status: response.status,
      headers: { ...headers, "content-type": "application/json" },
    });
  if (!isJSON) return new Response(response.body, { headers });
  return new Response(enveloped(response.body), { headers });
}

/** `{"result": …}` around bytes that are never read here. */
function enveloped(body) {
  const encoder = new TextEncoder();
  const around = new TransformStream({
    start: (controller) => controller.enqueue(encoder.encode('{"result":')),
    flush: (controller) => controller.enqueue(encoder.encode(',"success":true,"errors":[],"messages":[]}')),
  });
  return body.pipeThrough(around);
}

/** The binding's error as the envelope has it, whoever of those behind the binding made it. */
function envelopeOf(text) {
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    // "3040: Capacity …" of the service, "error code: 1031" of the edge, or a web page.
    said = { code: /^(?:error code: )?(\d{3,5})\b/.exec(text)?.[1] };
  }
  const error = typeof said?.error === "object" ? said.error : said;
  const errors = Array.isArray(said?.errors)
    ? said.errors
    : [
        {
          code: error?.internalCode ?? error?.code,
          message: error?.description ?? error?.message ?? "The service failed.",
        },
      ];
  return { result: {}, success: false, errors, messages: [] };
}

/** What a binding throws when the service refused: its number, a colon, its words. Anything else is a fault of ours. */
function replyToThrown(error, replyHeaders) {
  const [, code, message] = /^(\d{3,5}): (.*)$/s.exec(error instanceof Error ? error.message : "") ?? [];
  if (code === undefined || error instanceof Refusal) throw error;
  const errors = [{ code: Number(code), message }];
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

function conversionOptions(given) {
  if (typeof given !== "string") return undefined;
  try {
    return { conversionOptions: JSON.parse(given) };
  } catch {
    throw new Refusal(400, "conversionOptions must be JSON.");
  }
}
