// Miniflare's remote-proxy form, spelled out: what its binding sends is packed into headers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createLocalHandler, serveLocalAI } from "../../../pkg-template/local/index.js";
import { open } from "./socket-client.mjs";

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

test("a packed request for a WebSocket is answered as the binding's own", async () => {
  const server = await serveLocalAI({ engine: "stand-in" });
  try {
    const body = JSON.stringify({
      inputs: { encoding: "linear16", sample_rate: "16000" },
      options: { websocket: true },
    });
    const { socket, headers } = await open(server.url, {
      headers: {
        "MF-URL": `https://workers-binding.ai/run?${new URLSearchParams({ version: "3", body })}`,
        "MF-Binding": "AI",
        "MF-Header-cf-consn-model-id": "@cf/deepgram/flux",
      },
    });
    assert.equal(headers["x-local-engine"], "stand-in");
    socket.destroy();
  } finally {
    await server.close();
  }
});
