/** The suites in runtimes that are command-line programs. */
import path from "node:path";
import { capture } from "../../../tools/setup/process.mjs";
import { fromLines, sum } from "../tally.mjs";

/** @param {"node20" | "node24"} name */
export function nodeSuite(name) {
  return (environment) => importAndRequire(environment, name);
}

export function bunSuite(environment) {
  return importAndRequire(environment, "bun");
}

async function importAndRequire(environment, runtime) {
  return sum([
    await drive(environment, `${runtime} import`, runtime, ["tests/node/driver.mjs"]),
    await drive(environment, `${runtime} require`, runtime, ["tests/node/driver.cjs"]),
    await drive(environment, `${runtime} import slim`, runtime, ["tests/node/slim.mjs"]),
    await drive(environment, `${runtime} require slim`, runtime, ["tests/node/slim.cjs"]),
    await drive(environment, `${runtime} leaving`, runtime, ["tests/node/leaving.mjs"], LEAVING_MS),
  ]);
}

/** Each program gets only the permissions that it needs; importing the package needs none. */
export async function denoSuite(environment) {
  const { consumer, servers } = environment;
  const hosts = [servers.restOrigin, servers.proxyURL, servers.ends]
    .map((url) => new URL(url).host)
    .join(",");
  const net = `--allow-net=${hosts}`;
  const env = "--allow-env=CLOUDFLARE_ACCOUNT_ID,CLOUDFLARE_API_TOKEN";
  const modules = ["wasm", "openai"].map((name) =>
    path.join(consumer.installed, "dist", `workers_ai_${name}_bg.wasm`),
  );
  const read = `--allow-read=${modules.join(",")}`;
  const deno = (label, ...args) => drive(environment, label, "deno", ["run", "--no-prompt", ...args]);
  return sum([
    await deno("deno", net, env, "tests/node/driver.mjs"),
    await deno("deno slim", read, "tests/node/slim.mjs"),
    await drive(
      environment,
      "deno leaving",
      "deno",
      ["run", "--no-prompt", env, "tests/node/leaving.mjs"],
      LEAVING_MS,
    ),
    await deno("deno without permissions", "tests/deno/no-permissions.mjs"),
  ]);
}

/**
 * A program that is kept alive by one of the package's timeouts, of which none is shorter than 30 s, fails.
 */
const LEAVING_MS = 20_000;

/** @param {number} [timeout] milliseconds after which the program is killed, and has failed */
export async function drive({ programs, consumer, servers }, label, runtime, args, timeout) {
  const { restOrigin, accountId, apiToken, proxyURL, ends } = servers;
  const settings = JSON.stringify({ runtime, restOrigin, accountId, apiToken, proxyURL, ends });
  const result = await capture(programs[runtime], [...args, settings], { cwd: consumer.folder, timeout });
  return fromLines(label, result);
}
