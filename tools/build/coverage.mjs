/**
 * The maintainers' table: every model that is not removed, by task, with its typing, its encoder, its
 * decoder, and the exchanges that test both on each door. Generated from the catalogue, the core's dispatch,
 * and the fixtures of the suites. An empty cell needs a reason, below.
 *
 *     node tools/build/coverage.mjs     prints the table, and then the empty cells without a reason
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../setup/process.mjs";
import { methodsOf, readCatalog } from "./catalog.mjs";

const FIXTURES = path.join(root, "tests", "fixtures");
const STREAMS = "text_generation";
const DOORS = ["rest", "binding"];
/**
 * The methods whose answers the streaming engine parses; their fixtures are streams, which are served on
 * every door.
 */
const TEXT = ["generateText", "streamText"];

/** The streams that test an output shape. */
const STREAMS_OF = {
  "text.legacy": ["legacy", "legacy-tools", "legacy-numbers"],
  "text.legacy-nested-tools": ["legacy", "legacy-tools"],
  "text.vllm": ["chat-reasoning", "text-completion"],
  "text.chat": ["chat", "chat-reasoning", "chat-tools"],
  "text.gpt-oss": ["responses", "chat-reasoning"],
  "text.open": ["legacy", "chat"],
};

/** Encoders and decoders that are not a file of their own in `src/tasks/`. */
const BESIDES = {
  text: { encoded: "src/tasks/text_generation.rs", decoded: "src/wire/engine.rs" },
  connect: { encoded: "src/tasks/realtime/parameters.rs", decoded: "src/tasks/realtime/messages.rs" },
};

/**
 * The reasons for empty cells. A reason without an empty cell is an error.
 *
 * @type {{ method?: string, input?: string, column?: string, why: string }[]}
 */
const REASONS = [];

/** A connection is not a single exchange: its conversations are in a suite, which runs through every door. */
const CONVERSATIONS = "tests/suite/realtime.test.mjs";

/**
 * @typedef {object} Row
 * @property {object} model the model's row of the catalogue
 * @property {string} method the method, or `generateText` for both of language models
 * @property {Record<string, string | undefined>} cells by column; undefined if nothing was found
 */

/** @returns {Promise<Row[]>} */
export async function coverage() {
  const { catalog, shapes } = await readCatalog();
  const dispatch = await readFile(path.join(root, "src", "tasks", "request.rs"), "utf8");
  const exchanges = await readExchanges(catalog.models);
  const conversations = await readFile(path.join(root, CONVERSATIONS), "utf8");
  return catalog.models
    .filter(({ status }) => status !== "removed")
    .flatMap((model) =>
      methodsOf(model, shapes)
        .filter((method) => method !== "streamText")
        .map((method) => ({ model, method, cells: cellsOf(model, method, dispatch, exchanges) }))
        .map((row) => (row.method === "connect" ? connected(row, conversations) : row)),
    );
}

/** Adds a model that the suite's conversations use. */
function connected({ model, method, cells }, conversations) {
  const where = conversations.includes(`"${model.id}"`) ? `\`${CONVERSATIONS}\`` : undefined;
  return { model, method, cells: { ...cells, ...Object.fromEntries(DOORS.map((door) => [door, where])) } };
}

function cellsOf(model, method, dispatch, exchanges) {
  const cells = {
    typed: `\`${pascal(model.input)}Input\` → \`${pascal(model.output)}Output\``,
    encoded: handler(method, "plan", dispatch, "encoded"),
    decoded: handler(method, "result", dispatch, "decoded"),
  };
  const streams = (STREAMS_OF[model.output] ?? []).filter((name) =>
    existsSync(path.join(FIXTURES, STREAMS, `${name}.sse`)),
  );
  for (const door of DOORS) {
    const fitting = exchanges.filter(
      (exchange) =>
        exchange.door === door &&
        (exchange.method === method || (TEXT.includes(method) && TEXT.includes(exchange.method))) &&
        exchange.input === model.input &&
        exchange.output === model.output,
    );
    const names = fitting.map(({ name }) => name);
    if (TEXT.includes(method)) names.push(...streams.map((name) => `${STREAMS}/${name}`));
    cells[door] = names.length > 0 ? names.map((name) => `\`${name}\``).join(", ") : undefined;
  }
  return cells;
}

/** The source file that the core's dispatch calls. */
function handler(method, what, dispatch, column) {
  const beside = TEXT.includes(method) ? BESIDES.text : BESIDES[method];
  if (beside) return existsSync(path.join(root, beside[column])) ? `\`${beside[column]}\`` : undefined;
  const name = pascal(method);
  // The last arm is that of the method's answer.
  const arms = [...dispatch.matchAll(new RegExp(`Method::${name}\\b`, "g"))].map(({ index }) =>
    dispatch.slice(index),
  );
  const [, file, called] =
    (what === "plan"
      ? /=> (\w+)::(plan)\b/.exec(arms[0] ?? "")
      : /=>[\s\S]*?(\w+)::(decode|malformed)\(/.exec(arms.at(-1) ?? "")) ?? [];
  // Bytes are returned unchanged: the core only has an error for an answer without any.
  if (called === "malformed") return "`src/tasks/media.rs`";
  if (file && existsSync(path.join(root, "src", "tasks", `${file}.rs`))) return `\`src/tasks/${file}.rs\``;
  return undefined;
}

/** The exchanges of the suites: those with a method. */
async function readExchanges(models) {
  const files = (await readdir(FIXTURES, { recursive: true }))
    .filter((name) => name.endsWith(".json") && !name.startsWith(STREAMS))
    .sort();
  const found = [];
  for (const file of files) {
    const { model, door, method } = JSON.parse(await readFile(path.join(FIXTURES, file), "utf8"));
    const row = models.find(({ id }) => id === model);
    if (method === undefined || row === undefined) continue;
    const name = file.slice(0, -".json".length).split(path.sep).join("/");
    found.push({ name, door, method, input: row.input, output: row.output });
  }
  return found;
}

/** The reason for an empty cell. */
const reasonFor = (row, column, reasons) =>
  reasons.find(
    (reason) =>
      (reason.method ?? row.method) === row.method &&
      (reason.input ?? row.model.input) === row.model.input &&
      (reason.column ?? column) === column,
  );

/**
 * @param {Row[]} rows
 * @param {typeof REASONS} [reasons]
 * @returns {string[]} a message for each empty cell without a reason, and for each reason without an empty
 *   cell
 */
export function gaps(rows, reasons = REASONS) {
  const used = new Set();
  const missing = [];
  for (const row of rows) {
    for (const [column, cell] of Object.entries(row.cells)) {
      if (cell !== undefined) continue;
      const reason = reasonFor(row, column, reasons);
      if (reason) used.add(reason);
      else missing.push(`${row.model.id}, ${row.method}: ${column} is empty`);
    }
  }
  const idle = reasons
    .filter((reason) => !used.has(reason))
    .map(({ why }) => `this reason is not needed: ${why}`);
  return [...missing, ...idle];
}

/**
 * @param {Row[]} rows
 * @param {typeof REASONS} [reasons]
 * @returns {string} Markdown
 */
export function markdown(rows, reasons = REASONS) {
  const tasks = [...new Set(rows.map(({ model }) => model.task))].sort();
  const parts = [
    "# Models",
    "Every model that this version knows and that is not gone. Any other model works with `run`, and with the method of its task. " +
      "Prices, windows and capabilities are in `workers-ai-wasm/catalog`.",
    "**Typed**: the types of `run`'s input and result. **Encoded**, **decoded**: what makes the request and reads the answer. " +
      "**REST**, **binding**: the recorded exchanges and streams, in `tests/fixtures/` of the source, that the tests run through " +
      "that door.",
  ];
  for (const task of tasks) {
    parts.push(`## ${task}`);
    const lines = [
      "| model | method | typed | encoded | decoded | REST | binding |",
      "| --- | --- | --- | --- | --- | --- | --- |",
    ];
    for (const row of rows.filter(({ model }) => model.task === task)) {
      const cells = Object.entries(row.cells).map(([column, cell]) => cell ?? noteOf(row, column, reasons));
      lines.push(`| ${[nameOf(row.model), methodName(row), ...cells].join(" | ")} |`);
    }
    parts.push(lines.join("\n"));
  }
  if (reasons.length > 0) parts.push(reasons.map(({ why }, index) => `[^${index + 1}]: ${why}`).join("\n"));
  return `${parts.join("\n\n")}\n`;
}

function noteOf(row, column, reasons) {
  const reason = reasonFor(row, column, reasons);
  return reason ? `[^${reasons.indexOf(reason) + 1}]` : "";
}

const nameOf = ({ id, status, deprecatedOn }) =>
  `\`${id}\`${status === "deprecated" ? ` (deprecated since ${deprecatedOn})` : status === "active" ? "" : ` (${status})`}`;

const methodName = ({ model, method }) =>
  method === "generateText" && model.streams ? "`generateText`, `streamText`" : `\`${method}\``;

const pascal = (name) =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const rows = await coverage();
  console.log(markdown(rows));
  for (const line of gaps(rows)) {
    console.error(line);
    process.exitCode = 1;
  }
}
