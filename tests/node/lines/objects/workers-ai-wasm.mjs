import { WorkersAI } from "workers-ai-wasm";
import { z } from "zod";

const { object } = await new WorkersAI().generateObject("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
  schema: z.object({ city: z.string(), population: z.number().int() }),
  prompt: "The largest city of Portugal.",
});
console.log(object.city, object.population + 1);
