// The upstream through `env.AI`: what comes from the page as the REST API has it becomes the binding's inputs, and its reply becomes
// the REST API's.

import { taskOf } from "./allow.js";
import { toPage } from "./headers.js";
import { Refusal } from "./refusal.js";

/** Models that take media as a stream; the others want a list of numbers. */
const STREAMED = /\/(?:nova-3|smart-turn)/;
const AUDIO = new Set(["Automatic Speech Recognition", "Voice Activity Detection"]);

export async function askBinding(request, asked, { binding, gateway }) {
  switch (asked.endpoint) {
    case "run":
      return run(request, asked, binding, gateway);
    case "models":
      return models(request, asked, binding);
    case "tomarkdown":
      return toMarkdown(asked, binding);
  }
  throw new Refusal(501, "Through a binding the proxy offers run, models and tomarkdown.");
}

async function run(request, asked, binding, gateway) {
  const query = new URL(request.url).searchParams;
  const options = { returnRawResponse: true, signal: request.signal };
  if (gateway !== undefined) options.gateway = gateway;
  const affinity = request.headers.get("x-session-affinity");
  if (affinity !== null) options.extraHeaders = { "x-session-affinity": affinity };
  if (query.get("queueRequest") === "true") options.queueRequest = true;
  query.delete("queueRequest");
  if (asked.websocket) {
    const response = await binding.run(asked.model, Object.fromEntries(query), {
      ...options,
      websocket: true,
    });
    if (!response.webSocket) throw new Refusal(502, "The service opened no WebSocket.");
    return new Response(null, { status: 101, webSocket: response.webSocket });
  }
  const inputs = asked.input ?? mediaInputs(asked, query);
  return replyOf(await binding.run(asked.model, inputs, options));
}

/** A raw body becomes the model's one media input, with the query's parameters beside it. */
function mediaInputs({ model, bytes, contentType }, query) {
  const stream = () => new Blob([bytes]).stream();
  if (/^multipart\/form-data\b/i.test(contentType)) return { multipart: { body: stream(), contentType } };
  const name = AUDIO.has(taskOf(model)) ? "audio" : "image";
  const media = STREAMED.test(model) ? { body: stream(), contentType } : [...bytes];
  return { ...Object.fromEntries(query), [name]: media };
}

/** The binding's reply in the REST API's form. */
async function replyOf(response) {
  const headers = toPage(response.headers);
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

async function models(request, { below }, binding) {
  if (below !== "models/search") throw new Refusal(501, "Through a binding the proxy has no schemas.");
  const result = await binding.models(Object.fromEntries(new URL(request.url).searchParams));
  return Response.json(
    { result, success: true, errors: [], messages: [] },
    { headers: toPage(new Headers()) },
  );
}

async function toMarkdown({ below, bytes, contentType }, binding) {
  const headers = toPage(new Headers());
  if (below === "tomarkdown/supported") {
    const result = await binding.toMarkdown().supported();
    return Response.json({ result, success: true, errors: [], messages: [] }, { headers });
  }
  let form;
  try {
    form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw new Refusal(400, "The form cannot be read.");
  }
  const files = form.getAll("files").filter((file) => typeof file !== "string");
  const given = form.get("conversionOptions");
  const options = typeof given === "string" ? { conversionOptions: JSON.parse(given) } : undefined;
  const result = await binding.toMarkdown(
    files.map((file) => ({ name: file.name, blob: file })),
    options,
  );
  return Response.json({ result, success: true, errors: [], messages: [] }, { headers });
}
