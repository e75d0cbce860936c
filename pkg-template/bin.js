#!/usr/bin/env node
// `npx workers-ai-wasm …` runs the program of the package `workers-ai-local`, which has the dependencies.

import { readFileSync } from "node:fs";

const NAME = "workers-ai-local";
const [command = ""] = process.argv.slice(2);

/** @returns {Promise<{ main(args: string[]): Promise<number> } | null>} null if it is not installed */
async function program() {
  try {
    return await import("workers-ai-local/cli");
  } catch (error) {
    if (!/NOT_FOUND/.test(error?.code ?? "") || !error.message.includes(NAME)) throw error;
    return null;
  }
}

const found = await program();
if (found) {
  process.exitCode = await found.main(process.argv.slice(2));
} else if (command === "--version" || command === "-v") {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else {
  process.stderr.write(
    [
      `The commands (local, dev, demo, ask, run, doctor, cost, record) are in the package ${NAME}, which is not installed here.`,
      "",
      `  npx ${NAME} ${process.argv.slice(2).join(" ")}`.trimEnd(),
      `  npm install --save-dev ${NAME}      to have them in this project`,
      "",
    ].join("\n"),
  );
  process.exitCode = 2;
}
