const { mockAI, serveLocalAI } = require("workers-ai-local");

/** The same code as elsewhere, as CommonJS has it. */
async function summarize(AI, text) {
  const { summary } = await AI.run("@cf/facebook/bart-large-cnn", { input_text: text });
  return summary.toUpperCase();
}

test("the summary is shouted", async () => {
  expect(await summarize(mockAI("short"), "A long text.")).toBe("SHORT");
});

test("a server for code that asks over HTTP", async () => {
  const service = await serveLocalAI({ engine: "stand-in", env: {} });
  const response = await fetch(`${service.baseURL}/run/@cf/meta/llama-3.3-70b-instruct-fp8-fast`, {
    method: "POST",
    headers: { authorization: `Bearer ${service.apiToken}` },
    body: JSON.stringify({ prompt: "echo: hi" }),
  });
  expect((await response.json()).result.response).toBe("hi");
  await service.close();
});
