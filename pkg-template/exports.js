// The exports of every entry, except for `VectorIndex`, which differs between them.
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
