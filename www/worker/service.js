// What is not a model: the catalogue, and documents to Markdown. Each gives the `result` of the REST API's envelope.

import { WorkersAI } from "workers-ai-wasm";
import { Refusal } from "./bounds.js";

const client = (env) => new WorkersAI({ binding: env.AI });

export async function listModels(_request, url, env) {
  const { page = "1", per_page = "50", ...filter } = Object.fromEntries(url.searchParams);
  return env.AI.models({ ...filter, page: Number(page), per_page: Number(per_page) });
}

export async function convert(request, _url, env) {
  const form = await request.formData().catch(() => {
    throw new Refusal(400, "The body must be a form with files.");
  });
  const files = form.getAll("files").filter((file) => typeof file !== "string");
  const options = form.get("conversionOptions");
  return client(env).toMarkdown(files, {
    signal: request.signal,
    ...(typeof options === "string" ? { conversionOptions: JSON.parse(options) } : {}),
  });
}

export const supported = (_request, _url, env) => client(env).toMarkdown.supported();
