/** The models in examples: what a reader copies must work, and be billed as it says. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { methodsOf, readCatalog } from "../../../tools/build/catalog.mjs";
import { root } from "../../../tools/setup/process.mjs";

const { catalog, shapes } = await readCatalog();
const byId = new Map(catalog.models.map((model) => [model.id, model]));
const isSafe = ({ status, price }) => status === "active" && price !== undefined;
const within = (folder, pattern) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .filter((file) => pattern.test(file))
    .map((file) => path.join(folder, file));
const FILES = [
  "README.md",
  ...within("src", /\.d\.ts$/),
  ...within("pkg-template", /\.d\.ts$/),
  ...within("www", /\.m?js$/),
];

test("the example of the catalogue is listed and priced", () => {
  const model = byId.get(catalog.example);
  assert.ok(model !== undefined && isSafe(model), catalog.example);
  assert.ok(model.streams && model.capabilities.includes("functionCalling"));
});

test("every example with a language model has this one; others are safe where their method has a safe one", () => {
  let seen = 0;
  for (const file of FILES) {
    const text = readFileSync(path.join(root, file), "utf8");
    // Types name models too: those that behave in a way of their own.
    const examples = !file.endsWith(".d.ts") ? [text] : (text.match(/\/\*\*[\s\S]*?\*\//g) ?? []);
    for (const [id] of examples.join("\n").matchAll(/@cf\/[\w.-]+\/[\w.-]*\w/g)) {
      const model = byId.get(id);
      if (model === undefined) continue;
      seen += 1;
      const methods = methodsOf(model, shapes);
      if (methods.includes("streamText") && !/lora|gpt-oss/.test(id)) assert.equal(id, catalog.example, file);
      const others = catalog.models.filter((other) => methodsOf(other, shapes).includes(methods[0]));
      assert.ok(isSafe(model) || !others.some(isSafe) || /lora|clairic|llava/.test(id), `${file}: ${id}`);
    }
  }
  assert.ok(seen > 20);
});
