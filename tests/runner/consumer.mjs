/** A clean project outside of the repository with only the packed package installed, as for a user. */
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root, step } from "../../tools/setup/process.mjs";
import { writeExchangeModule, writeFixtureModule, writeReplyModule } from "./fixtures.mjs";
import { npm } from "./npm.mjs";
import { writeSdkModules } from "./sdks.mjs";

/** The folders of tests/ that are copied to it. */
const SUITES = ["suite", "faults", "node", "deno", "workerd", "browser", "types", "traps", "sdks"];

/**
 * @typedef {object} Consumer
 * @property {string} folder the project
 * @property {string} tarball the packed package
 * @property {string} installed the package as npm unpacked it
 * @property {{ tarball: string, installed: string }} local the package of the local service
 * @property {() => Promise<void>} remove
 */

/** @returns {Promise<Consumer>} */
export async function createConsumer() {
  const base = await realpath(await mkdtemp(path.join(os.tmpdir(), "workers-ai-wasm-test-")));
  const folder = path.join(base, "consumer");
  await mkdir(folder);
  await npm(["pack", path.join(root, "pkg"), "--pack-destination", base]);
  const [name] = (await readdir(base)).filter((file) => file.endsWith(".tgz"));
  const tarball = path.join(base, name);
  const manifest = { name: "consumer", private: true, type: "module" };
  await writeFile(path.join(folder, "package.json"), `${JSON.stringify(manifest)}\n`);
  await npm(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", tarball], folder);
  const local = await installLocal(base, folder);
  for (const name of SUITES) {
    await cp(path.join(root, "tests", name), path.join(folder, "tests", name), { recursive: true });
  }
  for (const name of ["suite", "sdks"]) await listSuite(path.join(folder, "tests", name));
  await writeSdkModules(path.join(folder, "tests", "suite"));
  await writeReplyModule(path.join(folder, "tests", "suite", "replies.mjs"));
  await writeFixtureModule(path.join(folder, "tests", "suite", "fixtures.mjs"));
  await writeExchangeModule(path.join(folder, "tests", "suite", "exchanges.mjs"));
  return {
    folder,
    tarball,
    installed: path.join(folder, "node_modules", "workers-ai-wasm"),
    local,
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

/**
 * Installs the local service's package from its tarball. Its dependencies are linked from the repository,
 * which has the same versions, so that npm needs no registry.
 */
async function installLocal(base, folder) {
  const place = path.join(base, "local");
  await mkdir(place);
  await npm(["pack", path.join(root, "pkg-local"), "--pack-destination", place]);
  const [name] = await readdir(place);
  const tarball = path.join(place, name);
  await step("tar", ["-xzf", tarball, "-C", place], "The tarball of workers-ai-local can't be unpacked.");
  const modules = path.join(folder, "node_modules");
  const installed = path.join(modules, "workers-ai-local");
  await rename(path.join(place, "package"), installed);
  const { dependencies } = JSON.parse(await readFile(path.join(installed, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies))
    await symlink(path.join(root, "node_modules", dependency), path.join(modules, dependency), "junction");
  return { tarball, installed };
}

/** Lists the suites in a generated module: not every runtime can list a folder. */
async function listSuite(folder) {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".test.mjs")).sort();
  await writeFile(path.join(folder, "all.mjs"), files.map((file) => `import "./${file}";\n`).join(""));
}

/** Links packages of this repository into the project, as if a user had installed them. */
export async function lend({ folder }, names, from = root) {
  for (const name of names) {
    const link = path.join(folder, "node_modules", name);
    await mkdir(path.dirname(link), { recursive: true });
    try {
      await symlink(path.join(from, "node_modules", name), link, "junction");
    } catch (error) {
      // Another stage has linked it.
      if (error.code !== "EEXIST") throw error;
    }
  }
}
