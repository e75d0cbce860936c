// What every entry exports, but for `VectorIndex`, which each gets its own way.
export {
  events,
  isWorkersAIError,
  system,
  tool,
  toolResult,
  trimMessages,
  user,
  WorkersAI,
  WorkersAIError,
} from "./core.js";
