import OpenAI from "openai";
import { zodFunction } from "openai/helpers/zod";
import { z } from "zod";

const client = new OpenAI({
  baseURL: `https://api.cloudflare.com/client/v4/accounts/${process.env.CLOUDFLARE_ACCOUNT_ID}/ai/v1`,
  apiKey: process.env.CLOUDFLARE_API_TOKEN ?? "",
});
const weather = zodFunction({
  name: "weather",
  description: "The weather of a city",
  parameters: z.object({ city: z.string() }),
  function: ({ city }) => `It rains in ${city}.`,
});
const runner = client.chat.completions.runTools({
  model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
  messages: [{ role: "user", content: "Do I need an umbrella in Paris?" }],
  tools: [weather],
});
console.log(await runner.finalContent());
