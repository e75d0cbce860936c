import { env, SELF } from "cloudflare:test";
import { expect, test } from "vitest";

test("the Worker, inside its runtime", async () => {
  const response = await SELF.fetch("http://worker/?prompt=echo:%20hi");
  expect((await response.json()).response).toBe("hi");
});

test("env.AI itself", async () => {
  expect(env.AI.constructor.name).toBe("Ai");
  await expect(env.AI.run("@cf/no/model", {})).rejects.toThrow(/5007/);
});
