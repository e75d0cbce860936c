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

export default {
  async fetch(request, env) {
    const { model, inputs, options, stream, read = "all" } = await request.json();
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
