import { tool, WorkersAI } from "workers-ai-wasm";
import { z } from "zod";

const weather = tool({
  description: "The weather of a city",
  input: z.object({ city: z.string() }),
  execute: ({ city }) => `It rains in ${city}.`,
});
const { text } = await new WorkersAI().runTools("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
  prompt: "Do I need an umbrella in Paris?",
  tools: { weather },
});
console.log(text);
