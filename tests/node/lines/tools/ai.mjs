import { generateText, isStepCount, tool } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { z } from "zod";

const workersai = createWorkersAI({
  accountId: process.env.CLOUDFLARE_ACCOUNT_ID ?? "",
  apiKey: process.env.CLOUDFLARE_API_TOKEN ?? "",
});
const weather = tool({
  description: "The weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => `It rains in ${city}.`,
});
const { text } = await generateText({
  model: workersai("@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
  prompt: "Do I need an umbrella in Paris?",
  tools: { weather },
  stopWhen: isStepCount(8),
});
console.log(text);
