// The class that callers construct. It wraps the core's client, recreates it from its options when the wasm
// has been replaced, and adds the groups of methods.

import { named, shownAs } from "../names.js";
import { WorkersAI as Core } from "../workers_ai_wasm.js";
import { failure, notLoaded, refusal } from "./failure.js";
import { wasm } from "./instance.js";
import { iterable } from "./iterable.js";
import { kindOf } from "./values.js";

/** Methods whose result can be iterated, or awaited as an array. */
const ITERABLE = new Set(["embedMany", "models.list", "batch.results"]);
/** Members of the generated classes that are not copied. */
const OWN = new Set(["constructor", "free", "door", "toMarkdownSupported", "runJSON", "createJSON"]);
/** Methods whose JSON answers can be returned as bytes, and the core's methods that do so. */
const AS_JSON = new Map([
  ["run", { of: (core) => core, method: "runJSON" }],
  ["embeddings.create", { of: (core) => core.embeddings, method: "createJSON" }],
]);

const freed = () => failure("CONFIG", "This client was freed: make another one.");
const lost = () =>
  failure(
    "CONFIG",
    "A method of WorkersAI needs its client: call ai.generateText(…), not a function taken out of it, nor a Proxy's; ai.generateText.bind(ai) is one that can be passed on.",
  );

/**
 * The method of a client, by its name such as `"embeddings.create"`, that returns a JSON answer as the bytes
 * of its text, which preserve the spelling of numbers. Undefined if there is none, or if the method has been
 * replaced.
 */
export let asJSON;

/** The object that has a member of its own, among a value and its prototypes. */
function ownerOf(value, name) {
  let owner = value;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
  return owner;
}

export class WorkersAI {
  // Private, so that no log shows it.
  #options;
  #core;
  #generation;

  constructor(options) {
    if (wasm.exports === undefined) throw notLoaded();
    try {
      // A copy: a recreated client has the same options.
      this.#options = typeof options === "object" && options !== null ? { ...options } : options;
    } catch (cause) {
      throw failure("CONFIG", "The options threw when they were read; cause has their error.", {
        field: "options",
        cause,
      });
    }
    try {
      this.#core = new Core(options);
    } catch (error) {
      throw withCallersFrames(error, new.target);
    }
    this.#generation = wasm.generation;
  }

  get toMarkdown() {
    const owner = () => WorkersAI.#liveOf(this);
    const convert = (files, options) => call(owner, "toMarkdown", [files, options]);
    convert.supported = (options) => call(owner, "toMarkdownSupported", [options]);
    return convert;
  }

  gateway(id) {
    return group(() => WorkersAI.#liveOf(this).gateway(id), "gateway");
  }

  webSearchTool(options = {}) {
    if (typeof options !== "object" || options === null)
      throw refusal("options", `The options of webSearchTool must be an object, not ${kindOf(options)}.`);
    return {
      description: "Searches the web. Gives title, address and description of each page.",
      input: {
        type: "object",
        properties: { query: { type: "string", description: "What to search for." } },
        required: ["query"],
      },
      execute: async ({ query }, context) => {
        const { results } = await this.webSearch(query, {
          ...options,
          signal: context?.signal ?? options.signal,
        });
        return results;
      },
    };
  }

  free() {
    if (!(#core in Object(this))) throw lost();
    if (this.#core !== null && this.#generation === wasm.generation) this.#core.free();
    this.#core = null;
  }

  static #liveOf(client) {
    if (!(#core in Object(client))) throw lost();
    return client.#live();
  }

  #live() {
    if (this.#core === null) throw freed();
    if (this.#generation !== wasm.generation) {
      this.#core = new Core(this.#options);
      this.#generation = wasm.generation;
    }
    return this.#core;
  }

  static {
    asJSON = (client, path) => {
      const [name] = path.split(".");
      const own = AS_JSON.get(path);
      if (own === undefined || !(#core in Object(client)) || ownerOf(client, name) !== WorkersAI.prototype)
        return undefined;
      return (...args) => call(() => own.of(WorkersAI.#liveOf(client)), own.method, args);
    };
    const live = (client) => () => WorkersAI.#liveOf(client);
    shownAs(WorkersAI.prototype, function () {
      return this.#core === null ? "WorkersAI { freed }" : `WorkersAI { door: "${this.#live().door()}" }`;
    });
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(Core.prototype))) {
      if (OWN.has(name) || name.startsWith("__") || Object.hasOwn(WorkersAI.prototype, name)) continue;
      const accessor = {
        get() {
          return group(() => live(this)()[name], name);
        },
      };
      const method = {
        [name](...args) {
          return call(live(this), name, args);
        },
      };
      const property = get === undefined ? { value: method[name], writable: true } : accessor;
      Object.defineProperty(WorkersAI.prototype, name, { ...property, configurable: true });
    }
  }
}

/** Calls a method of the core. Without `settled`, a promise of a lost instance would never settle. */
function call(owner, name, args, path = name) {
  const begin = async () => {
    try {
      return await wasm.settled(owner()[name](...args));
    } catch (error) {
      throw withCallersFrames(error, begin);
    }
  };
  return ITERABLE.has(path) ? iterable(begin) : begin();
}

/**
 * Errors are created in the wasm, whose stack frames are useless; the engine adds the caller's async frames
 * when the error passes an `await`.
 */
function withCallersFrames(error, below) {
  if (error?.name === "WorkersAIError") Error.captureStackTrace?.(error, below);
  return error;
}

/** The methods of an object of the core, which is created for each call; `path` is its name. */
function group(make, path) {
  const methods = {};
  const sample = make();
  const prototype = Object.getPrototypeOf(sample);
  sample.free();
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (OWN.has(name) || name.startsWith("__")) continue;
    const own = `${path}.${name}`;
    if (get !== undefined) methods[name] = group(() => make()[name], own);
    else methods[name] = (...args) => call(make, name, args, own);
  }
  return methods;
}

// A symbol of our own where the runtime has none.
WorkersAI.prototype[Symbol.dispose ?? Symbol.for("Symbol.dispose")] = WorkersAI.prototype.free;

named({ WorkersAI });
