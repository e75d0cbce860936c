// Calls env.AI.run with what it is sent and tells what the genuine binding made of the answer.

const kindOf = (value) =>
  value instanceof Response ? "response" : value instanceof ReadableStream ? "stream" : "value";

export default {
  async fetch(request, env) {
    const { model, inputs, options, read = "all" } = await request.json();
    try {
      const result = await env.AI.run(model, inputs, options);
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
      if (kind === "stream" && read === "first") {
        const reader = result.getReader();
        const { value } = await reader.read();
        await reader.cancel();
        return Response.json({ ...seen, text: new TextDecoder().decode(value) });
      }
      return Response.json(
        kind === "stream" ? { ...seen, text: await new Response(result).text() } : { ...seen, value: result },
      );
    } catch (error) {
      const { lastRequestHttpStatusCode: status, lastRequestInternalStatusCode: internal } = env.AI;
      return Response.json({ kind: "error", name: error.name, message: error.message, status, internal });
    }
  },
};
