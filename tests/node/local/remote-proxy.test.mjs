// Miniflare's remote-proxy form, spelled out: what its binding sends is packed into headers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createLocalHandler } from "../../../pkg-template/local/index.js";

test("a packed request is answered as the binding's own", async () => {
  const handle = createLocalHandler({ engine: "stand-in" });
  const request = new Request("http://127.0.0.1/", {
    method: "POST",
    headers: {
      "MF-URL": "https://workers-binding.ai/run?version=3",
      "MF-Binding": "AI",
      "MF-Header-cf-consn-model-id": "@cf/meta/llama-3.1-8b-instruct",
      "MF-Header-content-type": "application/json",
    },
    body: JSON.stringify({ inputs: { prompt: "echo: packed" }, options: {} }),
  });
  const response = await handle(request);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal((await response.json()).response, "packed");
});
