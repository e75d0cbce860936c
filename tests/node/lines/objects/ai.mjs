import { generateText, Output } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { z } from "zod";

const workersai = createWorkersAI({
  accountId: process.env.CLOUDFLARE_ACCOUNT_ID ?? "",
  apiKey: process.env.CLOUDFLARE_API_TOKEN ?? "",
});
const { output } = await generateText({
  model: workersai("@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
  output: Output.object({ schema: z.object({ city: z.string(), population: z.number().int() }) }),
  prompt: "The largest city of Portugal.",
});
console.log(output.city, output.population + 1);
