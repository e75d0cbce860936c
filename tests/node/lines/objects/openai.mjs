import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const client = new OpenAI({
  baseURL: `https://api.cloudflare.com/client/v4/accounts/${process.env.CLOUDFLARE_ACCOUNT_ID}/ai/v1`,
  apiKey: process.env.CLOUDFLARE_API_TOKEN ?? "",
});
const city = z.object({ city: z.string(), population: z.number().int() });
const completion = await client.chat.completions.parse({
  model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
  messages: [{ role: "user", content: "The largest city of Portugal." }],
  response_format: zodResponseFormat(city, "city"),
});
const object = completion.choices[0]?.message.parsed;
if (!object) throw new Error("no object");
console.log(object.city, object.population + 1);
