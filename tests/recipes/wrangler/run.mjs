// `wrangler dev` with the configuration as it is, without a login and offline, on a local service that runs as long as it does.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const bin = (name, file) => require.resolve(`${name}/package.json`).replace(/package\.json$/, file);
const child = spawn(
  process.execPath,
  [
    bin("workers-ai-local", "dist/bin.js"),
    ...["dev", "--port", "0", "--engine", "stand-in", "--quiet", "--"],
    process.execPath,
    bin("wrangler", "bin/wrangler.js"),
    ...["dev", "--port", "0", "--inspector-port", "0", "--config"],
    fileURLToPath(new URL("wrangler.jsonc", import.meta.url)),
  ],
  { stdio: ["ignore", "pipe", "pipe"] },
);
let seen = "";
const ready = new Promise((resolve, reject) => {
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes) => {
      seen += bytes;
      const url = /Ready on (http:\/\/\S+)/.exec(seen)?.[1];
      if (url) resolve(url);
    });
  child.once("exit", () => reject(new Error(`wrangler ended by itself:\n${seen}`)));
});
try {
  const response = await fetch(`${await ready}/?prompt=echo:%20hi`);
  assert.equal((await response.json()).response, "hi");
} finally {
  child.kill();
  await once(child, "exit");
}
// The copy of the configuration is gone again.
assert.deepEqual(
  readdirSync(new URL(".", import.meta.url)).filter((name) => name.startsWith(".wrangler-")),
  [],
);
