/** Measures one case, in a process of its own, and prints the results as JSON. */
import { measure } from "../rounds.mjs";
import { embeddings } from "./embeddings.mjs";
import { image } from "./image.mjs";
import { vectors } from "./vectors.mjs";

const CASES = { image, embeddings, vectors };

const { name, rounds } = JSON.parse(process.argv[2]);
const { contenders, same, ...about } = CASES[name]();
for (const [contender, run] of Object.entries(contenders)) {
  if (!same(await run())) throw new Error(`${contender} gives something else`);
}
const entrants = Object.entries(contenders).map(([contender, run]) => ({ name: contender, run }));
console.log(JSON.stringify({ ...about, times: await measure(entrants, rounds) }));
