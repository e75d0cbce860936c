// `workers-ai-wasm/local`: the package `workers-ai-local` by another name, where it is installed. The client itself needs no other package.

const NAME = "workers-ai-local";

const local = await import("workers-ai-local").catch((error) => {
  // A module that can't be found has a code in Node and Bun, and only its message elsewhere.
  const isMissing =
    /NOT_FOUND/.test(error?.code ?? "") || /not found|resolve|import map/i.test(error?.message ?? "");
  if (!isMissing || !String(error?.message).includes(NAME)) throw error;
  const advice = `workers-ai-wasm/local is the package ${NAME}, which is not installed here: npm install --save-dev ${NAME}`;
  throw Object.assign(new Error(advice, { cause: error }), { code: "CONFIG" });
});

export const { createLocalAI, createLocalHandler, createLocalVectorize, inputsDigest, mockAI, serveLocalAI } =
  local;
