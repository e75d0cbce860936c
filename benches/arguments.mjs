/** The command line of `npm run bench`. */
import { SetupError } from "../tools/setup.mjs";

export const RUNTIMES = ["node20", "node24", "bun", "deno", "chromium"];

const USAGE = `npm run bench -- [${RUNTIMES.join("] [")}] [memory] [media] [objects] [refused] [ai-sdk] [beside=<folder of another build>] [--rounds=15] [--tokens=N] [--cells=text]`;

/**
 * @param {string[]} args
 * @returns {{ runtimes: string[], memory: boolean, media: boolean, objects: boolean, refused: boolean, aiSdk: boolean, beside?: string, settings: { rounds?: number, tokens?: number, cells?: string } }}
 */
export function parse(args) {
  const runtimes = [];
  const settings = {};
  let memory = false;
  let media = false;
  let objects = false;
  let refused = false;
  let aiSdk = false;
  let beside;
  for (const arg of args) {
    const [, name, value] = /^--(\w+)=(.+)$/.exec(arg) ?? [];
    if (RUNTIMES.includes(arg)) runtimes.push(arg);
    else if (arg === "memory") memory = true;
    else if (arg === "media") media = true;
    else if (arg === "objects") objects = true;
    else if (arg === "refused") refused = true;
    else if (arg === "ai-sdk") aiSdk = true;
    else if (arg.startsWith("beside=")) beside = arg.slice("beside=".length);
    else if (name === "cells") settings.cells = value;
    else if ((name === "rounds" || name === "tokens") && /^[1-9]\d*$/.test(value))
      settings[name] = Number(value);
    else throw new SetupError(`"${arg}" means nothing here. Usage: ${USAGE}`);
  }
  const named = runtimes.length > 0 || memory || media || objects || refused || aiSdk || beside !== undefined;
  // Runs the named benchmarks; by default the speed in all runtimes.
  return {
    runtimes: named ? runtimes : RUNTIMES,
    memory,
    media,
    objects,
    refused,
    aiSdk,
    beside,
    settings,
  };
}
