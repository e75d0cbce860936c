// JavaScript helpers for the module with structured output and tools.

import { failure } from "../core.js";
import { ObjectStream } from "./object-stream.js";

/** The stream over an `AIStream`; see `object_stream` in src/js/objects/host.rs. */
export const objectStream = (stream, judge, array, scalar, wrapped, tool) =>
  new ObjectStream(stream, judge, { array, scalar, wrapped, tool });

/**
 * @returns {Promise<{ path: (string | number)[], message: string }[]>} the violations of a JSON Schema in a
 *   value
 */
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

/** The loaded validator: importing a loaded module again still costs as much as a small validation. */
let loaded;

async function validator() {
  try {
    loaded ??= await import("../json-schema.js");
    return loaded;
  } catch (cause) {
    throw failure("NETWORK", "The part of the package with the JSON Schema validator could not be loaded.", {
      cause,
    });
  }
}
