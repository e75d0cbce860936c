/** In Deno without any permission the package loads, and explicit options are enough. */
import { isWorkersAIError, WorkersAI } from "workers-ai-wasm";

const checks = {
  "a client with explicit options can be made without any permission": () => {
    new WorkersAI({ accountId: "0123456789abcdef0123456789abcdef", apiToken: "token" });
  },
  "missing options give CONFIG where the environment may not be read": () => {
    try {
      new WorkersAI();
    } catch (error) {
      if (isWorkersAIError(error) && error.code === "CONFIG") return;
      throw error;
    }
    throw new Error("no error");
  },
};

for (const [test, check] of Object.entries(checks)) {
  try {
    check();
    console.log(JSON.stringify({ test, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ test, ok: false, error: String(error?.stack ?? error) }));
  }
}
console.log(JSON.stringify({ done: Object.keys(checks).length }));
