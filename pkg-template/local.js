// `workers-ai-wasm/local` re-exports the package `workers-ai-local` if it is installed. The client itself has
// no dependencies.

const NAME = "workers-ai-local";

const local = await import("workers-ai-local").catch((error) => {
  // A missing module has an error code in Node and Bun, and only a message in other runtimes.
  const isMissing =
    /NOT_FOUND/.test(error?.code ?? "") || /not found|resolve|import map/i.test(error?.message ?? "");
  if (!isMissing || !String(error?.message).includes(NAME)) throw error;
  const advice = `workers-ai-wasm/local is the package ${NAME}, which is not installed here: npm install --save-dev ${NAME}`;
  throw Object.assign(new Error(advice, { cause: error }), { code: "CONFIG" });
});

export const { createLocalAI, createLocalHandler, createLocalVectorize, inputsDigest, mockAI, serveLocalAI } =
  local;
