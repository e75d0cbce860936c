/** Other providers of the AI SDK, as this folder has them installed, with the copy of the SDK that they find. */
export { createAI } from "agents/models/ai-sdk";
export * as ai from "ai";
export { createWorkersAI } from "workers-ai-provider";
