// The class that callers hold. It converts, asks the core, and does what it says.

import { named } from "../names.js";
import { checkClient } from "./core.js";
import { describeClient } from "./options.js";
import { run } from "./run.js";
import { generateText, streamText } from "./text.js";

export class WorkersAI {
  // Nothing of it shows in a log: the outline holds the token.
  #client;

  constructor(options) {
    const outline = describeClient(options);
    checkClient(outline);
    const { binding, fetch, apiToken, hooks } = options ?? {};
    this.#client = { outline, binding, fetch, apiToken, hooks };
  }

  run(model, input, options) {
    return run(this.#client, model, input, options);
  }

  generateText(model, input, options) {
    return generateText(this.#client, model, input, options);
  }

  streamText(model, input, options) {
    return streamText(this.#client, model, input, options);
  }
}

named({ WorkersAI });
