// What the module with structured output and tools leaves to JavaScript.

import { failure } from "../core.js";

/** @returns {Promise<{ path: (string | number)[], message: string }[]>} what is wrong with a value by a JSON Schema */
export async function issuesOf(schema, value) {
  const { issuesOf } = await validator();
  try {
    return issuesOf(schema, value);
  } catch (cause) {
    throw failure("INVALID_INPUT", "The JSON Schema cannot be used to check a value; cause says why.", {
      field: "schema",
      cause,
    });
  }
}

async function validator() {
  try {
    return await import("../json-schema.js");
  } catch (cause) {
    throw failure("NETWORK", "The part of the package with the JSON Schema validator could not be loaded.", {
      cause,
    });
  }
}
