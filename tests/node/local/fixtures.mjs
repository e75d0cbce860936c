// The exchanges of tests/fixtures, as requests that can be sent and replies that can be compared.

import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../fixtures/", import.meta.url);
const STREAMS = "text_generation";
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const NO_UUID = "00000000-0000-4000-8000-000000000000";
/** Numbers that a fixture keeps of each row of an embedding. */
const KEPT = 4;

/** @returns {{ name: string, model: string, door: string, input: object, request: object, reply: object }[]} */
export function exchanges() {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== STREAMS,
  );
  return folders.flatMap(({ name: folder }) =>
    readdirSync(new URL(`${folder}/`, FOLDER))
      .filter((file) => file.endsWith(".json"))
      .map((file) => ({
        name: `${folder}/${file.replace(/\.json$/, "")}`,
        ...JSON.parse(readFileSync(new URL(`${folder}/${file}`, FOLDER), "utf8")),
      })),
  );
}

export const bytesOf = (value) => new Uint8Array(Buffer.from(value.$base64, "base64"));

export function formOf(parts) {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts).flatMap(([name, given]) =>
    [given].flat().map((one) => [name, one]),
  ))
    form.append(
      name,
      typeof value === "string"
        ? value
        : new File([bytesOf(value)], value.name ?? name, { type: value.type }),
    );
  return form;
}

/** The request of an exchange, to the service at `base`. */
export function requestOf({ request, door, model }, base, headers) {
  const query = request.query ? `?${new URLSearchParams(request.query)}` : "";
  const init = { method: request.method, headers: { ...headers } };
  if (door === "binding" && model) init.headers["cf-consn-model-id"] = model;
  if (request.form) init.body = formOf(request.form);
  else if (request.body !== undefined) {
    init.headers["content-type"] = request.contentType;
    init.body = request.body.$base64 ? bytesOf(request.body) : JSON.stringify(request.body);
  }
  return new Request(`${base}${request.path}${query}`, init);
}

/** A response in the form of a fixture's `reply`. */
export async function replyOf(response) {
  const contentType = response.headers.get("content-type");
  const reply = { status: response.status, contentType };
  if (contentType !== "application/json")
    return { ...reply, body: { $base64: Buffer.from(await response.arrayBuffer()).toString("base64") } };
  return { ...reply, body: cut(JSON.parse((await response.text()).replace(UUID, NO_UUID))) };
}

/** Rows of numbers, cut as in the fixtures. */
export function cut(value) {
  if (value?.result) return { ...value, result: cut(value.result) };
  if (value?.object === "list")
    return {
      ...value,
      data: value.data.map((item) => ({ ...item, embedding: item.embedding.slice(0, KEPT) })),
    };
  for (const name of ["data", "response"]) {
    if (!Array.isArray(value?.[name]?.[0])) continue;
    const rows = value[name].map((row) => row.slice(0, KEPT));
    return { ...value, [name]: rows, ...(value.shape ? { shape: [value.shape[0], KEPT] } : {}) };
  }
  return value;
}
