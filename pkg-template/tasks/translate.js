// `translate`: one text or several, of which a model may take only one at a time.

import { withAbort } from "./abort.js";
import { metaOfAll } from "./meta.js";
import { inOrder } from "./pool.js";
import { ask, planned } from "./run-task.js";

const CONCURRENCY = 4;

export async function translate(client, model, input, options) {
  const task = planned(client, "translate", model, input);
  const { each } = task.plan;
  if (each === undefined) {
    const { result, raw, meta } = await ask(task, options);
    return { ...result, raw, meta };
  }
  const startedAt = performance.now();
  const texts = [];
  const raw = [];
  const metas = [];
  const answers = await withAbort(options, (own) =>
    collected(inOrder(Array(each).keys(), CONCURRENCY, (item) => ask(task, own, item))),
  );
  for (const answer of answers) {
    texts.push(answer.result.text);
    raw.push(answer.raw);
    metas.push(answer.meta);
  }
  return { texts, raw, meta: metaOfAll(metas, startedAt) };
}

async function collected(iterable) {
  const all = [];
  for await (const item of iterable) all.push(item);
  return all;
}
