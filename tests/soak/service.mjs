/** The package's local service in a process of its own, so that its memory is not in the figures. Asked over the parent's channel. */
import process from "node:process";
import { serveLocalAI } from "workers-ai-wasm/local";

const service = await serveLocalAI({ port: 0, engine: "stand-in", env: {} });
const { accountId, apiToken } = service;
process.send({ origin: new URL(service.url).origin, accountId, apiToken });

process.on("message", async (question) => {
  if (question === "sockets") {
    const open = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap");
    process.send({ sockets: open.length });
  } else {
    await service.close();
    process.disconnect();
  }
});
