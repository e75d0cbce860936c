// The command line: `npx workers-ai-local …`, and by the client's name `npx workers-ai-wasm …`.

import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { ask, askOptions } from "./ask.js";
import { cost, costOptions } from "./cost.js";
import { demo, demoOptions } from "./demo.js";
import { dev, devOptions } from "./dev.js";
import { doctor, doctorOptions } from "./doctor.js";
import { local, localOptions } from "./local.js";
import { record, recordOptions } from "./record.js";
import { run, runOptions } from "./run.js";
import { UsageError } from "./usage.js";

const EXAMPLES = `
Examples:
  $ npx workers-ai-wasm local                          a Workers AI of your own, with lines to paste
  $ npx workers-ai-wasm demo                           pages for every task
  $ npx workers-ai-wasm ask "What is a Worker?"        of the service that the environment names
  $ npx workers-ai-wasm run @cf/openai/whisper --file audio=talk.mp3
  $ npx workers-ai-wasm doctor                         why nothing answers

The service is the one of WORKERS_AI_BASE_URL, else the account of CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN.
`;

/** The commands: name and arguments, description, options, function. */
const COMMANDS = [
  [
    "local [command...]",
    "run a local Workers AI service, alone or for as long as a command runs",
    localOptions,
    local,
  ],
  [
    "dev [command...]",
    "run wrangler dev on a local service, with the configuration as it is",
    devOptions,
    dev,
  ],
  ["demo", "serve demo pages on top of a local service", demoOptions, demo],
  ["ask [question...]", "ask a language model; reads standard input too", askOptions, ask],
  ["run <model> [input]", "run any model: text streams, media go to files", runOptions, run],
  ["doctor", "find out why calls fail, and what to do", doctorOptions, doctor],
  ["cost <model>", "what a call costs, in neurons and dollars", costOptions, cost],
  [
    "record <folder> [command...]",
    "write down the traffic of a command, or of a server",
    recordOptions,
    record,
  ],
];

/**
 * Runs a command.
 *
 * @param {string[]} args
 * @param {{ name?: string, env?: Record<string, string | undefined>, stdin?: NodeJS.ReadStream, stdout?: NodeJS.WriteStream,
 *   stderr?: NodeJS.WriteStream }} [io]
 * @returns {Promise<number>} the exit code: 0 done, 1 failed, 2 used wrongly
 */
export async function main(args, io = {}) {
  const { stdin = process.stdin, stdout = process.stdout, stderr = process.stderr, env = process.env } = io;
  const context = { stdin, stdout, stderr, env };
  let code = 0;
  const program = new Command(io.name ?? "workers-ai-wasm")
    .description("Workers AI from the command line.")
    .version(version(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this text")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    });
  for (const [usage, description, options, action] of COMMANDS) {
    const command = program.command(usage).description(description);
    options(command);
    command.action(async (...received) => {
      // Arguments, options, the command itself.
      const [, values] = [received.pop(), received.pop()];
      code = (await action(received, values, context)) ?? 0;
    });
  }
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return 2;
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    stderr.write(`${sentenceOf(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

const version = () =>
  JSON.parse(
    readFileSync(
      new URL(import.meta.url.includes("/dist/") ? "../../package.json" : "../package.json", import.meta.url),
      "utf8",
    ),
  ).version;

/** Codes of failures that are usually caused by the configuration. */
const SET_UP = new Set(["NETWORK", "AUTH", "FORBIDDEN", "CONFIG"]);
const DOCTOR = "npx workers-ai-wasm doctor looks for the reason.";

/** A failure as text: the message, and the code if it is documented. */
function sentenceOf(error) {
  if (error?.name === "WorkersAIError") {
    const message = error.message.replace("; `cause` has the original error", "");
    return `${error.code}: ${message}${SET_UP.has(error.code) ? `\n${DOCTOR}` : ""}`;
  }
  return error?.message ?? String(error);
}
