/**
 * Tools of MCP servers for `runTools`. The caller's client, of either major version of the official SDK, owns
 * the connection.
 */
import { checkNames, reading, refusal } from "./core.js";

/** Limit of the pages of a listing, for servers that never end one. */
const MOST_PAGES = 1000;

const OPTIONS = ["prefix", "filter", "images"];

/** See `toolsFromMCP` in tools.d.ts. */
export async function toolsFromMCP(client, options = {}) {
  const {
    prefix = "",
    filter = () => true,
    images = false,
  } = reading("options", () => {
    checkNames(options, OPTIONS, "toolsFromMCP");
    return { ...options };
  });
  for (const [name, value, type] of [
    ["prefix", prefix, "string"],
    ["filter", filter, "function"],
    ["images", images, "boolean"],
  ]) {
    if (typeof value !== type) throw refusal(name, `${name} must be a ${type}.`);
  }
  const methods = reading("client", () => [client?.listTools, client?.callTool]);
  if (!methods.every((method) => typeof method === "function")) {
    throw refusal(
      "client",
      "toolsFromMCP takes a connected client of the MCP SDK, with listTools and callTool.",
    );
  }
  const tools = {};
  for (const { name, title, description, inputSchema } of await listed(client)) {
    if (!filter(name)) continue;
    tools[prefix + name] = {
      description: description ?? title,
      input: inputSchema,
      async execute(args, { signal }) {
        return resultOf(await called(client, { name, arguments: args }, { signal }), images);
      },
    };
  }
  return tools;
}

async function listed(client) {
  const all = [];
  let cursor;
  for (let page = 0; page < MOST_PAGES; page++) {
    const listing = await client.listTools(cursor === undefined ? undefined : { cursor });
    const { tools, nextCursor } = listing ?? {};
    if (!Array.isArray(tools) || !tools.every((tool) => typeof tool?.name === "string"))
      throw refusal("client", "The client's listTools gave no { tools }, a list of tools that have names.");
    all.push(...tools);
    if (nextCursor === undefined || nextCursor === cursor) return all;
    cursor = nextCursor;
  }
  throw refusal("client", `The server's listing of tools has not ended within ${MOST_PAGES} pages.`);
}

/** In version 1 the result's schema is an argument between the parameters and the options. */
const called = (client, params, options) =>
  client.callTool.length < 2 ? client.callTool(params, undefined, options) : client.callTool(params, options);

/** The result for the model: texts, notes in place of other parts, and images if `images` is set. */
function resultOf({ content = [], structuredContent, isError }, images) {
  const parts = content.map((block) => partOf(block, images));
  const text = parts.map((part) => part.text ?? "").join("\n");
  if (isError) throw new Error(text === "" ? "The tool failed." : text);
  if (parts.length === 0 && structuredContent !== undefined) return structuredContent;
  return parts.some(({ type }) => type !== "text") ? parts : text;
}

function partOf(block, images) {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "image":
      if (images)
        return { type: "image_url", image_url: { url: `data:${block.mimeType};base64,${block.data}` } };
      break;
    case "resource":
      if (typeof block.resource?.text === "string") return { type: "text", text: block.resource.text };
      break;
    case "resource_link":
      return { type: "text", text: `${block.name}: ${block.uri}` };
  }
  const { mimeType = block.resource?.mimeType ?? "unknown type" } = block;
  return { type: "text", text: `[${block.type}, ${mimeType}, not shown]` };
}
