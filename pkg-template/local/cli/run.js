// `run`: calls any model. Text is streamed, media are written to files, other results are printed as JSON.

import { readFile, writeFile } from "node:fs/promises";
import { clientOf, piped } from "./client.js";
import { UsageError } from "./usage.js";

export const runOptions = (command) =>
  command
    .option(
      "-f, --file <field=path>",
      "a field's bytes from a file; more than once",
      (file, all) => [...all, file],
      [],
    )
    .option("-o, --out <path>", "where media go; - is standard output")
    .option("--json", "the service's answer, as JSON")
    .addHelpText(
      "after",
      `
The input is JSON, @file with JSON, - for standard input, or a plain text for the model's main field:
  $ npx workers-ai-wasm run @cf/black-forest-labs/flux-1-schnell "a lighthouse" -o lighthouse.jpg
  $ npx workers-ai-wasm run @cf/openai/whisper-large-v3-turbo -f audio=talk.mp3
`,
    );

/** The field that a plain text is assigned to, by the model's method. */
const MAIN = {
  generateText: "prompt",
  embed: "text",
  classifyText: "text",
  translate: "text",
  generateSpeech: "text",
  summarize: "input_text",
  generateImage: "prompt",
  describeImage: "prompt",
};

export async function run([model, argument], values, { stdin, stdout, stderr, env }) {
  if (values.out === "") throw new UsageError("--out: a path, or - for standard output.");
  const { ai } = await clientOf(env);
  const { models } = await import("workers-ai-wasm/catalog");
  const methods = models.find(({ id }) => id === model)?.methods ?? [];
  const input = { ...(await inputOf(argument, methods, stdin)), ...(await filesOf(values.file)) };
  const [method] = methods;
  if (!values.json && methods.includes("streamText")) {
    const stream = await ai.streamText(model, input);
    for await (const text of stream.textStream) stdout.write(text);
    stdout.write("\n");
    return 0;
  }
  if (!values.json && (method === "generateImage" || method === "generateSpeech"))
    return writeMedia(await ai[method](model, input), model, values.out, { stdout, stderr });
  const result = await ai.run(model, input);
  if (result instanceof ReadableStream) {
    const bytes = new Uint8Array(await new Response(result).arrayBuffer());
    return writeMedia({ bytes, mediaType: "application/octet-stream" }, model, values.out, {
      stdout,
      stderr,
    });
  }
  const text = !values.json && plainText(result);
  stdout.write(`${text || readable(result)}\n`);
  return 0;
}

/** JSON for display: each list of numbers is on one line. Strings in JSON contain no line breaks. */
const readable = (value) =>
  JSON.stringify(value, undefined, 2).replace(/\[\n[-\d.e+,\s]+\]/g, (list) =>
    list.replace(/\s+/g, " ").replace("[ ", "[").replace(" ]", "]"),
  );

async function inputOf(argument, methods, stdin) {
  const text =
    argument === undefined
      ? await piped(stdin)
      : argument === "-"
        ? await piped(stdin)
        : await textOf(argument);
  if (text.trim() === "") return {};
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new UsageError(`The input looks like JSON and is none: ${error.message}`);
    }
  }
  const main = methods.map((method) => MAIN[method]).find(Boolean) ?? "prompt";
  return { [main]: text.trimEnd() };
}

async function textOf(argument) {
  if (!argument.startsWith("@") || argument.startsWith("@cf/")) return argument;
  return (await read(argument.slice(1))).toString("utf8");
}

async function filesOf(files) {
  const entries = files.map(async (pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--file: "${pair}" is not field=path.`);
    return [pair.slice(0, at), new Uint8Array(await read(pair.slice(at + 1)))];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function read(path) {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(
      `${path} can't be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}.`,
    );
  }
}

const ENDINGS = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/ogg": "ogg",
  "audio/flac": "flac",
  "audio/aac": "aac",
};

async function writeMedia({ bytes, mediaType }, model, out, { stdout, stderr }) {
  if (out === "-") {
    stdout.write(bytes);
    return 0;
  }
  const path = out ?? `${model.split("/").at(-1)}.${ENDINGS[mediaType] ?? "bin"}`;
  await writeFile(path, bytes);
  stderr.write(`${path}: ${mediaType}, ${bytes.length} bytes\n`);
  return 0;
}

/** The text of a result with a single text. */
const plainText = (result) =>
  ["text", "response", "translated_text", "summary", "description", "answer", "caption"]
    .map((name) => result?.[name])
    .find((value) => typeof value === "string" && value !== "");
