/** Static checks, which do not run the package. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { capture, root } from "../../../tools/setup/process.mjs";
import { lend } from "../consumer.mjs";
import { fromStatus, sum } from "../tally.mjs";
import { exchangeCases, shapeCases, slipCases } from "../type-cases.mjs";

const bin = (name) => path.join(root, "node_modules", ".bin", name);

export async function jsLint() {
  return fromStatus("biome check", await capture(bin("biome"), ["check", "--error-on-warnings", "."]));
}

const PAGE = { module: "esnext", lib: ["es2024", "dom", "dom.iterable", "dom.asynciterable"], types: [] };
const WORKER = { module: "esnext", types: ["@cloudflare/workers-types"] };
const SERVER = { module: "nodenext", types: ["node"] };

/** How users' projects resolve and check the typings, and the file of tests/types that each one compiles. */
const PROJECTS = [
  { name: "server, ES module", file: "public-api.ts", as: "public-api.mts", ...SERVER },
  { name: "server, CommonJS", file: "public-api.ts", as: "public-api.cts", ...SERVER },
  { name: "page, bundler", file: "public-api.ts", ...PAGE },
  { name: "Worker", file: "worker.ts", ...WORKER },
  { name: "page, slim", file: "slim.ts", ...PAGE },
  { name: "Worker, slim", file: "slim.ts", ...WORKER },
  { name: "local service, ES module", file: "local.ts", as: "local.mts", ...SERVER },
  { name: "local service, page", file: "local.ts", ...PAGE },
  { name: "local service, Worker", file: "local.ts", ...WORKER },
  { name: "proxy, ES module", file: "proxy.ts", as: "proxy.mts", ...SERVER },
  { name: "proxy, Worker", file: "proxy-worker.ts", ...WORKER },
  {
    name: "schemas of libraries, ES module",
    file: "objects.ts",
    as: "objects.mts",
    libraries: true,
    ...SERVER,
  },
  { name: "schemas of libraries, bundler", file: "objects.ts", libraries: true, ...PAGE },
  { name: "tools, ES module", file: "tools.ts", as: "tools.mts", libraries: true, ...SERVER },
  { name: "OpenAI's interface, ES module", file: "openai.ts", as: "openai.mts", libraries: true, ...SERVER },
  { name: "OpenAI's interface, CommonJS", file: "openai.ts", as: "openai.cts", libraries: true, ...SERVER },
  { name: "OpenAI's interface, bundler", file: "openai.ts", libraries: true, ...PAGE },
  { name: "OpenAI's interface, Worker", file: "openai-worker.ts", ...WORKER },
  { name: "AI SDK, ES module", file: "ai-sdk.ts", as: "ai-sdk.mts", libraries: true, ...SERVER },
  { name: "AI SDK, bundler", file: "ai-sdk.ts", libraries: true, ...PAGE },
  { name: "every model, ES module", file: "models.ts", as: "models.mts", ...SERVER },
  { name: "every model, CommonJS", file: "models.ts", as: "models.cts", ...SERVER },
  { name: "every model, bundler", file: "models.ts", ...PAGE },
  { name: "every model, Worker", file: "models.ts", ...WORKER },
  { name: "every shape, ES module", file: "shapes.ts", as: "shapes.mts", ...SERVER },
  { name: "every shape, CommonJS", file: "shapes.ts", as: "shapes.cts", ...SERVER },
  { name: "every exchange, ES module", file: "exchanges.ts", as: "exchanges.mts", ...SERVER },
  { name: "every exchange, CommonJS", file: "exchanges.ts", as: "exchanges.cts", ...SERVER },
];

export async function typeTests({ consumer }) {
  await lend(consumer, LENT);
  const sources = path.join(consumer.folder, "tests", "types");
  await writeFile(path.join(sources, "shapes.ts"), await shapeCases());
  await writeFile(path.join(sources, "exchanges.ts"), await exchangeCases());
  const tallies = [];
  for (const [index, project] of PROJECTS.entries()) {
    const folder = path.join(consumer.folder, "types", String(index));
    await mkdir(folder, { recursive: true });
    const name = project.as ?? project.file;
    await cp(path.join(consumer.folder, "tests", "types", project.file), path.join(folder, name));
    const config = {
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        // The package's own typings are checked as well, not only their use; those of other libraries are
        // not.
        skipLibCheck: project.libraries === true,
        noEmit: true,
        target: "es2022",
        lib: project.lib ?? ["es2024"],
        module: project.module,
        moduleResolution: project.module === "nodenext" ? "nodenext" : "bundler",
        types: project.types,
      },
      files: [name],
    };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(config));
    const result = await capture(bin("tsc"), ["--project", folder], { cwd: consumer.folder });
    tallies.push(fromStatus(`tsc: ${project.name}`, result));
  }
  tallies.push(await slipTests(consumer));
  return sum(tallies);
}

/** Programs that must not compile: each line has an error, which names the mistake. */
async function slipTests(consumer) {
  const folder = path.join(consumer.folder, "types", "slips");
  await mkdir(folder, { recursive: true });
  const { source, names } = await slipCases();
  await writeFile(path.join(folder, "slips.mts"), source);
  const compilerOptions = { strict: true, noEmit: true, target: "es2022", lib: ["es2024"], ...SERVER };
  await writeFile(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["slips.mts"] }),
  );
  const { output } = await capture(bin("tsc"), ["--project", folder, "--pretty", "false"], {
    cwd: consumer.folder,
  });
  const errors = new Map();
  let line;
  for (const text of output.split("\n")) {
    line = /slips\.mts\((\d+),/.exec(text)?.[1] ?? line;
    errors.set(Number(line), `${errors.get(Number(line)) ?? ""}${text}\n`);
  }
  const wrong = names.flatMap((name, at) => {
    const error = errors.get(at + 1);
    return name === undefined || error?.includes(name)
      ? []
      : [`${source.split("\n")[at]}\n  ${error ?? "compiles"}`];
  });
  const expected = names.filter((name) => name !== undefined).length;
  if (expected < 300) wrong.push(`only ${expected} slips`);
  const status = wrong.length === 0 ? 0 : 1;
  return fromStatus(`tsc: every model's slips (${expected})`, {
    status,
    output: wrong.slice(0, 20).join("\n"),
  });
}

/** The typings of the platforms, which a user would have installed. */
const LENT = [
  "@types/node",
  "@cloudflare/workers-types",
  "zod",
  "valibot",
  "@valibot/to-json-schema",
  "arktype",
  "ai",
  "openai",
  "@anthropic-ai/sdk",
  "@ai-sdk/provider",
];
