/** Frameworks that speak to OpenAI-compatible services: the AI SDK's provider for them, and LangChain. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { APICallError, embedMany, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { deepEqual, equal, ok, rejects } from "../suite/assert.mjs";
import { THINKING_MODEL as MODEL } from "../suite/doors.mjs";
import { testEachDoor } from "../suite/harness.mjs";

const BGE = "@cf/baai/bge-small-en-v1.5";
const city = z.object({ city: z.string() });

testEachDoor("the AI SDK's provider for compatible services", async ({ door, serveOpenAI }) => {
  const provider = createOpenAICompatible({ name: "workers-ai", ...serveOpenAI(door.client()) });
  const { text, reasoningText, finishReason, usage } = await generateText({
    model: provider(MODEL),
    prompt: "echo: Hello",
  });
  deepEqual([text, finishReason], ["Hello", "stop"]);
  ok(reasoningText.length > 0 && usage.totalTokens > 0);
  let streamed = "";
  for await (const piece of streamText({ model: provider(MODEL), prompt: "count: 5" }).textStream)
    streamed += piece;
  equal(streamed, "1 2 3 4 5");
  const cities = [];
  const execute = async (input) => {
    cities.push(input.city);
    return "sunny";
  };
  const tools = { weather: tool({ description: "The weather", inputSchema: city, execute }) };
  const steps = await generateText({
    model: provider(MODEL),
    prompt: 'call: weather {"city":"Paris"}',
    tools,
    stopWhen: stepCountIs(2),
  });
  deepEqual([cities[0], steps.steps.length], ["Paris", 2]);
  const { embeddings } = await embedMany({ model: provider.embeddingModel(BGE), values: ["one", "two"] });
  deepEqual([embeddings.length, embeddings[0].length], [2, 384]);
  const missing = generateText({ model: provider("@cf/no/model"), prompt: "a", maxRetries: 0 });
  const error = await rejects(missing, { statusCode: 404 });
  ok(APICallError.isInstance(error));
});

testEachDoor("LangChain's models for OpenAI", async ({ door, serveOpenAI }) => {
  const configuration = serveOpenAI(door.client());
  const model = new ChatOpenAI({ model: MODEL, apiKey: "-", configuration });
  const answer = await model.invoke([new SystemMessage("Be brief."), new HumanMessage("echo: Hello")]);
  equal(answer.content, "Hello");
  ok(answer.usage_metadata.total_tokens > 0);
  let streamed = "";
  for await (const chunk of await model.stream("count: 5")) streamed += chunk.content;
  equal(streamed, "1 2 3 4 5");
  const parameters = { type: "object", properties: { city: { type: "string" } } };
  const tools = [{ type: "function", function: { name: "weather", description: "", parameters } }];
  const { tool_calls } = await model.bindTools(tools).invoke('call: weather {"city":"Paris"}');
  deepEqual([tool_calls[0].name, tool_calls[0].args], ["weather", { city: "Paris" }]);
  const structured = await model.withStructuredOutput(city).invoke("A city.");
  equal(typeof structured.city, "string");
  const vectors = await new OpenAIEmbeddings({ model: BGE, apiKey: "-", configuration }).embedDocuments([
    "one",
    "two",
  ]);
  deepEqual([vectors.length, vectors[0].length], [2, 384]);
});
