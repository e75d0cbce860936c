// `ask`: sends a question and streams the answer.

import { catalog } from "../models/catalog.js";
import { clientOf, piped } from "./client.js";
import { integerFrom, UsageError } from "./usage.js";

const DEFAULT_MODEL = catalog.example;

export const askOptions = (command) =>
  command
    .option("-m, --model <id>", "the model", DEFAULT_MODEL)
    .option("-s, --system <text>", "the system prompt")
    .option("--max-tokens <n>", "the longest answer", integerFrom("--max-tokens", 1, 1_000_000), 1024)
    .option("--json", "the whole result as JSON, at its end");

export async function ask([words], values, { stdin, stdout, env }) {
  const question = [words.filter((word) => word !== "-").join(" "), await piped(stdin)]
    .map((part) => part.trim())
    .filter(Boolean)
    .join("\n\n");
  if (!question) throw new UsageError('Ask something: npx workers-ai-wasm ask "What is a Worker?"');
  const { ai } = await clientOf(env);
  const messages = [
    ...(values.system ? [{ role: "system", content: values.system }] : []),
    { role: "user", content: question },
  ];
  const stream = await ai.streamText(values.model, { messages, max_tokens: values.maxTokens });
  if (values.json) {
    const { text, reasoning, finishReason, usage, meta } = await stream.final();
    stdout.write(`${JSON.stringify({ text, reasoning, finishReason, usage, meta }, undefined, 2)}\n`);
    return 0;
  }
  for await (const text of stream.textStream) stdout.write(text);
  stdout.write("\n");
  return 0;
}
