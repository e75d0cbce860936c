/**
 * The JavaScript runtimes of the tests, from npm packages.
 *
 * Their programs are located inside the platform packages: the `.bin` links need install scripts, which npm
 * skips unless they are approved.
 */
import path from "node:path";
import { isExecutable, root, SetupError } from "./process.mjs";

const machine = `${process.platform}-${process.arch}`;

/** For each runtime the candidate files; the first existing one is used. */
const CANDIDATES = {
  node20: [`node20-${machine}/bin/node`],
  node24: [`node24-${machine}/bin/node`],
  deno: [`@deno/${machine}-glibc/deno`, `@deno/${machine}/deno`],
  bun: [`@oven/bun-${machine}/bin/bun`, `@oven/bun-${machine.replace("arm64", "aarch64")}/bin/bun`],
  workerd: [`@cloudflare/workerd-${machine.replace("x64", "64")}/bin/workerd`],
};

/** The names of the runtimes in `npm test`. */
export const RUNTIMES = Object.keys(CANDIDATES);

/**
 * @param {string} name one of RUNTIMES
 * @returns {string | undefined} its program on this machine
 */
export function findRuntime(name) {
  const programs = CANDIDATES[name].map((file) => path.join(root, "node_modules", file));
  // On a platform without a Node package the running Node is used, if its major version matches.
  if (name === `node${process.versions.node.split(".")[0]}`) programs.push(process.execPath);
  return programs.find(isExecutable);
}

export async function ensureRuntimes() {
  const found = {};
  for (const name of RUNTIMES) {
    const program = findRuntime(name);
    if (!program) {
      throw new SetupError(
        `There is no ${name} for ${machine} among the npm packages. Run \`npm ci\` if node_modules is incomplete.`,
      );
    }
    found[name] = program;
  }
  return found;
}
