import { ServiceError } from "../errors.js";
import { answerTextEmbeddings } from "./text-embeddings.js";
import { answerTextGeneration } from "./text-generation.js";

/** One entry per task that the local service answers; a new task is a new entry. */
const TASKS = {
  "text-generation": { answer: answerTextGeneration, method: "generate" },
  "text-embeddings": { answer: answerTextEmbeddings, method: "embed" },
};

/** The task of a model. */
export function taskOf(model) {
  const task = TASKS[model.task];
  if (!task) throw new ServiceError(5007, `No such model ${model.id} or task`);
  return task;
}
