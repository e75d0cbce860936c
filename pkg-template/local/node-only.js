/**
 * Imports one of the files that need Node's built-in modules. The path is not a literal, so that bundlers
 * for browsers and Workers leave those files alone.
 */
export const importNodeOnly = (path) =>
  import(/* webpackIgnore: true */ /* @vite-ignore */ new URL(path, import.meta.url).href);

/** Whether such files can be loaded at all: Node, Deno and Bun, with the package's files on disk. */
export const canImportNodeOnly = () =>
  typeof globalThis.process?.versions?.node === "string" &&
  typeof import.meta.url === "string" &&
  import.meta.url.startsWith("file:");
