/** `createAI` alone, for measuring what importing it costs. */
export { createAI } from "agents/models/ai-sdk";
