/** Compiled, never run: what TypeScript knows of tools and their runs, by schemas of three libraries and by JSON Schema. */
import { type as ark } from "arktype";
import * as v from "valibot";
import {
  type AssistantMessage,
  type Message,
  system,
  type ToolStream,
  tool,
  toolResult,
  trimMessages,
  user,
  WorkersAI,
} from "workers-ai-wasm";
import { toolsFromMCP } from "workers-ai-wasm/tools";
import { z } from "zod";

/** Holds if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const ai = new WorkersAI({ baseURL: "/ai" });

const weather = tool({
  description: "The weather of a city",
  input: z.object({ city: z.string(), days: z.number().default(1) }),
  execute: async ({ city, days }, { signal, toolCallId, messages }) => {
    holds<Same<typeof city, string>>();
    holds<Same<typeof days, number>>();
    holds<Same<typeof signal, AbortSignal>>();
    holds<Same<typeof toolCallId, string>>();
    holds<Same<typeof messages, Message[]>>();
    return { degrees: 21 };
  },
});
const search = tool({
  input: v.object({ query: v.string(), limit: v.optional(v.number()) }),
  execute: ({ query, limit }) => {
    holds<Same<typeof query, string>>();
    holds<Same<typeof limit, number | undefined>>();
    return [query];
  },
});
const add = tool({
  input: ark({ a: "number", "b?": "number" }),
  execute: ({ a, b }) => {
    holds<Same<typeof a, number>>();
    return a + (b ?? 0);
  },
});
const move = tool({
  input: {
    type: "object",
    properties: {
      to: { type: "string", enum: ["left", "right"] },
      steps: { type: "integer" },
      path: {
        type: "array",
        items: { type: "object", properties: { x: { type: "number" } }, required: ["x"] },
      },
      note: { type: ["string", "null"] },
    },
    required: ["to", "path"],
  },
  execute: ({ to, steps, path, note }) => {
    holds<Same<typeof to, "left" | "right">>();
    holds<Same<typeof steps, number | undefined>>();
    const xs: number[] = path.map(({ x }) => x);
    const text: string | null | undefined = note;
    return `${to}${xs}${text}`;
  },
});
const ask = tool({ description: "Asks the user", input: z.object({ question: z.string() }) });
const now = tool({ execute: () => new Date() });

export async function runs(): Promise<void> {
  const run = await ai.runTools(MODEL, {
    messages: [system("Be kind."), user("What is in it?", new Uint8Array(3)), { role: "user", content: "?" }],
    tools: { weather, search, add, move, ask, now },
    maxSteps: 3,
    toolChoice: { name: "weather" },
    parallel: 4,
    temperature: 0.5,
    onOverflow: "trim",
    approve: (call) => {
      if (call.name === "move") holds<Same<typeof call.arguments.to, "left" | "right">>();
      return call.name !== "search" || "not now";
    },
    onStep: (step) => {
      const [result] = step.toolResults;
      if (result?.error === undefined && result?.name === "weather") {
        holds<Same<typeof result.output, { degrees: number }>>();
      }
      return "stop";
    },
  });
  holds<Same<typeof run.text, string>>();
  holds<Same<typeof run.endedBy, "answer" | "max-steps" | "pending" | "stopped">>();
  for (const { toolCalls, toolResults, message } of run.steps) {
    holds<Same<typeof message, AssistantMessage>>();
    for (const call of toolCalls) {
      if (call.invalid !== undefined) {
        holds<Same<typeof call.name, string>>();
        continue;
      }
      if (call.name === "weather") holds<Same<typeof call.arguments, { city: string; days: number }>>();
      if (call.name === "search") {
        const limit: number | undefined = call.arguments.limit;
        void limit;
      }
    }
    for (const result of toolResults) {
      if (result.error === undefined && result.name === "search")
        holds<Same<typeof result.output, string[]>>();
    }
  }
  const messages: Message[] = run.messages;
  for (const call of run.pending ?? []) messages.push(toolResult(call, "yes"));
  const { messages: fewer } = await trimMessages(messages, MODEL, { reserve: 100 });
  const { message } = await ai.generateText(MODEL, { messages: fewer });
  fewer.push(message, user("And now?"));

  const stream = await ai.runTools(MODEL, { prompt: "?", tools: { weather }, stream: true });
  holds<Same<typeof stream, ToolStream<{ readonly weather: typeof weather }>>>();
  for await (const event of stream) {
    if (event.type === "text") process(event.text);
    if (event.type === "step-finish") holds<Same<typeof event.step.index, number>>();
    if (event.type === "tool-result" && event.error === undefined) {
      holds<Same<typeof event.output, { degrees: number }>>();
    }
    if (event.type === "tool-call" && event.invalid === undefined) {
      holds<Same<typeof event.arguments, { city: string; days: number }>>();
    }
  }
  const { usage } = await stream.final();
  process(usage?.totalTokens);
}

function process(_value: unknown): void {}

/** Tools of others. */
export async function foreign(client: {
  listTools(params?: {
    cursor?: string;
  }): Promise<{ tools: { name: string; inputSchema: { type: "object" } }[] }>;
  callTool(params: { name: string }): Promise<object>;
}): Promise<void> {
  const theirs = {
    description: "x",
    inputSchema: z.object({ a: z.string() }),
    execute: async (_: { a: string }) => 5,
  };
  const run = await ai.runTools(MODEL, { prompt: "?", tools: { theirs, ...(await toolsFromMCP(client)) } });
  process(run.steps[0]?.toolCalls);
}

export async function wrong(): Promise<void> {
  // @ts-expect-error tools have names
  await ai.runTools(MODEL, { prompt: "?", tools: [weather] });
  // @ts-expect-error there is no such tool
  await ai.runTools(MODEL, { prompt: "?", tools: { weather }, toolChoice: { name: "whether" } });
  // @ts-expect-error something must be asked
  await ai.runTools(MODEL, { tools: { weather } });
  // @ts-expect-error one of the two
  await ai.runTools(MODEL, { prompt: "?", messages: [user("?")], tools: { weather } });
  // @ts-expect-error a misspelt parameter
  await ai.runTools(MODEL, { prompt: "?", tools: { weather }, max_token: 5 });
  // @ts-expect-error it has another name
  await ai.runTools(MODEL, { prompt: "?", tools: { weather }, maxTurns: 5 });
  // @ts-expect-error the handler takes what the schema gives
  tool({ input: z.object({ a: z.string() }), execute: ({ b }) => b });
  tool({
    input: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
    // @ts-expect-error a string is no number
    execute: ({ a }) => Math.sqrt(a),
  });
  // @ts-expect-error a tool is no model
  await ai.runTools("@cf/baai/bge-m3", { prompt: "?", tools: { weather } });
}
