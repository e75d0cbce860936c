// `dev`: wrangler on a local service. wrangler's own `ai` binding always opens a remote session, so it gets
// a copy of the configuration in which the binding is the local one, of the same class; the Worker and its
// configuration stay as they are.

import { watch } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { withLocalAI } from "../miniflare.js";
import { commandOn, localOptions, withService } from "./local.js";
import { UsageError } from "./usage.js";

const isWrangler = (word) => /(^|[\\/])wrangler(\.js|\.cmd)?$/.test(word);

export const devOptions = (command) =>
  localOptions(command).addHelpText("after", "\n  $ npx workers-ai-wasm dev -- npx wrangler dev\n");

export async function dev([command], values, context) {
  const at = command.findIndex(isWrangler);
  if (at < 0 || command[at + 1] !== "dev")
    throw new UsageError("Say which command: npx workers-ai-wasm dev -- npx wrangler dev");
  const config = await localConfig(command, context.stderr);
  const whole = [...config.command, "--config", config.file];
  const use = (server, stop) => commandOn(server, whole, context, stop);
  return withService(values, context, use).finally(config.close);
}

/** A copy of the configuration beside it, written anew when that changes. */
async function localConfig(command, stderr) {
  const at = command.findIndex((word) => /^(-c|--config)(=|$)/.test(word));
  const isJoined = command[at]?.includes("=");
  const configFile = at < 0 ? undefined : isJoined ? command[at].split("=")[1] : command[at + 1];
  const read = readerOf(path.dirname(path.resolve(configFile ?? "wrangler.jsonc")));
  const { rawConfig, configPath } = read({ config: configFile });
  if (!configPath) throw new UsageError("There is no wrangler.jsonc, wrangler.json or wrangler.toml here.");
  const [config, count] = withLocalAI(rawConfig);
  if (count === 0)
    throw new UsageError(
      `${configPath} has no AI binding: add "ai": { "binding": "AI" }, or run wrangler without this command.`,
    );
  const source = path.resolve(configPath);
  const file = path.join(path.dirname(source), `.wrangler-local-ai-${process.pid}.json`);
  const write = (content) => writeFile(file, JSON.stringify(content, undefined, 2));
  await write(config);
  const watcher = watch(source, async () => {
    try {
      // An editor may have emptied it to write it again.
      if ((await readFile(source, "utf8")).trim() !== "")
        await write(withLocalAI(read({ config: source }).rawConfig)[0]);
    } catch (error) {
      stderr.write(`${configPath} can't be read: ${error.message}\n`);
    }
  });
  return {
    file,
    command: at < 0 ? command : command.toSpliced(at, isJoined ? 1 : 2),
    async close() {
      watcher.close();
      await rm(file, { force: true });
    },
  };
}

/** wrangler's own reader of configurations: it knows all forms. */
function readerOf(folder) {
  try {
    return createRequire(path.join(folder, "package.json"))("wrangler").experimental_readRawConfig;
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    throw new UsageError("wrangler is not installed here: npm install --save-dev wrangler");
  }
}
