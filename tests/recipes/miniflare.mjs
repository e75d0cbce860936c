// Miniflare: the genuine env.AI of its runtime, in front of a local service. MINIFLARE names the package: of this major, or of the one before.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { serveLocalAI } from "workers-ai-local";

// Miniflare 5 has options of another form, and takes those of 4 by a function of its own.
const { Miniflare, convertV4MiniflareOptions = (options) => options } = await import(
  process.env.MINIFLARE ?? "miniflare"
);

test("an unmodified Worker, through its own env.AI", async () => {
  await using service = await serveLocalAI({ engine: "stand-in", env: {} });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      scriptPath: fileURLToPath(new URL("worker/index.js", import.meta.url)),
      compatibilityDate: "2026-04-01",
      ai: { binding: "AI", remoteProxyConnectionString: new URL(service.url) },
    }),
  );
  try {
    const response = await miniflare.dispatchFetch("http://worker/?prompt=echo:%20hi");
    assert.equal((await response.json()).response, "hi");
    const { AI } = await miniflare.getBindings();
    const { data } = await AI.run("@cf/baai/bge-m3", { text: "a" });
    assert.equal(data[0].length, 1024);
  } finally {
    await miniflare.dispose();
  }
});
