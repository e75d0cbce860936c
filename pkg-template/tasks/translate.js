// `translate`: one text or several, of which a model may take only one at a time.

import { linked } from "./abort.js";
import { MetaSum } from "./meta.js";
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
  const { own, end } = linked(options);
  const sum = new MetaSum();
  const texts = [];
  const raw = [];
  try {
    for await (const answer of inOrder(items(each), CONCURRENCY, (item) => ask(task, own, item))) {
      texts.push(answer.result.text);
      raw.push(answer.raw);
      sum.add(answer.meta);
    }
  } finally {
    end();
  }
  return { texts, raw, meta: sum.meta(startedAt, task) };
}

async function* items(count) {
  for (let item = 0; item < count; item++) yield item;
}
