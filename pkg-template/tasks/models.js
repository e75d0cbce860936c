// `models`: the live catalogue.

import { refusal } from "../core.js";
import { callEndpoint } from "./endpoint.js";
import { checkModel, modelsQuery, noSuchModel } from "./endpoint-ask.js";
import { outlineOf } from "./outline.js";

/** However a service counts its pages, they end. */
const MAX_PAGES = 1000;

/** All models that fit a filter: one after the other, or at once. */
export function models_list(client, filter, options) {
  const asked = outlineOf(filter ?? {});
  const each = () => eachModel(client, asked, options);
  const all = async () => {
    const models = [];
    for await (const model of each()) models.push(model);
    return models;
  };
  return { each, all };
}

async function* eachModel(client, filter, options) {
  const seen = new Set();
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { query, perPage, only } = modelsQuery(filter, page);
    const onBinding = (binding) => binding.models(query);
    const { result } = await callEndpoint(client, "models.list", options, { query, onBinding });
    const { items, total } = result;
    // Of a service that gives the same page again and again, one is enough.
    const fresh = items.filter(({ name }) => !seen.has(name));
    for (const model of fresh) {
      seen.add(model.name);
      yield model;
    }
    const last = total === undefined ? items.length < perPage : page * perPage >= total;
    if (only === true || last || fresh.length === 0) return;
  }
}

/** One model by its id. */
export async function models_get(client, id, options) {
  checkId(id);
  // What the search takes for a name is not told, so it only shortens the way.
  const search = id.slice(id.lastIndexOf("/") + 1);
  for (const filter of [{ search }, {}]) {
    const asked = JSON.stringify({ ...filter, include_deprecated: true });
    for await (const model of eachModel(client, asked, options)) if (model.name === id) return model;
  }
  return noSuchModel(id);
}

/** What a model takes and gives, as JSON Schemas. */
export async function models_schema(client, id, options) {
  checkId(id);
  const { result } = await callEndpoint(client, "models.schema", options, { query: { model: id } });
  return result;
}

function checkId(id) {
  if (typeof id !== "string") throw refusal("id", "The id must be a string such as @cf/author/model.");
  checkModel(id);
}
