// Calls env.AI.run with what it is sent and tells what the genuine binding made of the answer.

const kindOf = (value) =>
  value instanceof Response ? "response" : value instanceof ReadableStream ? "stream" : "value";

/** The inputs, with the one stream that JSON could not carry. */
function withStream(inputs, { name, contentType, form, base64 }) {
  if (form) {
    const data = new FormData();
    for (const [key, value] of Object.entries(form)) data.append(key, value);
    const response = new Response(data);
    return { ...inputs, [name]: { body: response.body, contentType: response.headers.get("content-type") } };
  }
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return { ...inputs, [name]: { body: new Response(bytes).body, contentType } };
}

const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

async function readStream(stream, read) {
  if (read === "first") {
    const reader = stream.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return { text: new TextDecoder().decode(value) };
  }
  if (read === "base64")
    return { base64: toBase64(new Uint8Array(await new Response(stream).arrayBuffer())) };
  return { text: await new Response(stream).text() };
}

/** Opens a WebSocket, sends messages, and gathers what comes until the close. */
async function talk(ai, model, inputs, messages, options) {
  const response = await ai.run(model, inputs, { ...options, websocket: true });
  if (!response.webSocket) return { status: response.status, text: await response.text() };
  const socket = response.webSocket;
  const received = [];
  const closed = new Promise((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  socket.addEventListener("message", ({ data }) =>
    received.push(typeof data === "string" ? JSON.parse(data) : { bytes: data.byteLength ?? data.size }),
  );
  socket.accept();
  for (const message of messages)
    socket.send(
      message.base64
        ? Uint8Array.from(atob(message.base64), (c) => c.charCodeAt(0))
        : JSON.stringify(message),
    );
  return { status: response.status, code: await closed, received };
}

/** The other members of the binding, by the name of what is asked. */
const MEMBERS = {
  talk,
  models: (ai, params) => ai.models(params),
  supported: (ai) => ai.toMarkdown().supported(),
  toMarkdown: (ai, files, options) =>
    ai.toMarkdown(
      files.map(({ name, type, text }) => ({ name, blob: new Blob([text], { type }) })),
      options,
    ),
  getUrl: (ai, id, provider) => ai.gateway(id).getUrl(provider),
  getLog: (ai, id, logId) => ai.gateway(id).getLog(logId),
  patchLog: (ai, id, logId, patch) => ai.gateway(id).patchLog(logId, patch),
  async universal(ai, id, steps) {
    const response = await ai.gateway(id).run(steps);
    return {
      status: response.status,
      step: response.headers.get("cf-aig-step"),
      body: await response.json(),
    };
  },
};

export default {
  async fetch(request, env) {
    const { member, args, model, inputs, options, stream, read = "all" } = await request.json();
    if (member) {
      return MEMBERS[member](env.AI, ...args).then(
        (value) => Response.json({ kind: "value", value: value ?? null }),
        ({ name, message }) => Response.json({ kind: "error", name, message }),
      );
    }
    try {
      const result = await env.AI.run(model, stream ? withStream(inputs, stream) : inputs, options);
      const kind = kindOf(result);
      const seen = {
        binding: env.AI.constructor.name,
        kind,
        requestId: env.AI.lastRequestId,
        logId: env.AI.aiGatewayLogId,
      };
      if (kind === "response") {
        return Response.json({
          ...seen,
          status: result.status,
          contentType: result.headers.get("content-type"),
          engine: result.headers.get("x-local-engine"),
          text: await result.text(),
        });
      }
      return Response.json({
        ...seen,
        ...(kind === "stream" ? await readStream(result, read) : { value: result }),
      });
    } catch (error) {
      const { lastRequestHttpStatusCode: status, lastRequestInternalStatusCode: internal } = env.AI;
      return Response.json({ kind: "error", name: error.name, message: error.message, status, internal });
    }
  },
};
