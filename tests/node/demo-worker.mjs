// The demo Worker in real workerd, on the genuine env.AI, on the stand-in: what `npm start` starts, without its set-up.
import { serveLocalAI } from "workers-ai-local";
import { writeConfig } from "../../www/config.mjs";
import { startWorkerd } from "../../www/workerd.mjs";

/** @param {object} [options] of the local service */
export async function startDemoWorker(options = {}) {
  const service = await serveLocalAI({ engine: "stand-in", ...options });
  const workerd = await startWorkerd(await writeConfig(), {
    external: { upstream: new URL(service.url).host },
    env: { ANSWERED_BY: JSON.stringify(service.engines) },
  });
  return {
    url: `http://127.0.0.1:${workerd.port}`,
    async close() {
      await workerd.close();
      await service.close();
    },
  };
}
