/** Prints the time to import a build, and the time until its first stream was read, in milliseconds. */
const { entry } = JSON.parse(process.argv[2]);

const before = performance.now();
const { WorkersAI } = await import(entry);
const imported = performance.now();
const body = 'data: {"response":"Hi"}\n\ndata: [DONE]\n\n';
const headers = { "content-type": "text/event-stream" };
const client = new WorkersAI({
  baseURL: "https://bench.invalid/ai",
  fetch: async () => new Response(body, { headers }),
});
const text = await (await client.streamText("@cf/meta/llama-3.1-8b-instruct-fast", "Hi")).text();
if (text !== "Hi") throw new Error(`read ${text}`);
console.log(JSON.stringify({ import: imported - before, "first stream": performance.now() - imported }));
