// A Worker as anybody writes it: nothing in it knows of the local service.

export default {
  async fetch(request, env) {
    const prompt = new URL(request.url).searchParams.get("prompt") ?? "Hello";
    const answer = await env.AI.run("@cf/meta/llama-3.3-70b-instruct-fp8-fast", { prompt });
    return Response.json(answer);
  },
};
