// For Vitest's `globalSetup`: a local service for the time of the run; its address is provided as "localAI".

import { serveLocalAI } from "./index.js";

export default async function setup({ provide }) {
  const server = await serveLocalAI({ engine: process.env.WORKERS_AI_LOCAL_ENGINE ?? "stand-in" });
  provide("localAI", server.url);
  return () => server.close();
}
