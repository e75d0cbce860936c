import { expect, test } from "vitest";
import { mockAI } from "workers-ai-local";
import { summarize } from "../app/summarize.js";

test("the summary is shouted", async () => {
  expect(await summarize(mockAI("short"), "A long text.")).toBe("SHORT");
});
