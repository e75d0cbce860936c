import type { ContentPart, JsonObject, ToolDefinition } from "./index.js";

/** What is needed of a client of the MCP SDK: `Client` of `@modelcontextprotocol/client`, or of `@modelcontextprotocol/sdk`. */
export interface MCPClient {
  listTools(
    params?: any,
    options?: any,
  ): Promise<{
    tools: readonly { name: string; title?: string; description?: string; inputSchema: object }[];
    nextCursor?: string | undefined;
  }>;
  callTool(params: any, ...more: any[]): Promise<any>;
}

/** The options of {@link toolsFromMCP}. */
export interface MCPToolsOptions {
  /** Stands before each name, so that the tools of several servers can be told apart. Default: `""`. */
  prefix?: string | undefined;
  /** Which tools are taken, by the server's names. Default: all. */
  filter?: ((name: string) => boolean) | undefined;
  /** Give images to the model, which has to be one that sees? Without it they are mentioned. Default: `false`. */
  images?: boolean | undefined;
}

/** A tool of a server. */
export type MCPTool = ToolDefinition<JsonObject, Promise<string | ContentPart[] | JsonObject>>;

/**
 * The tools of an MCP server for `runTools`, through a client of the official SDK that the caller has connected, and closes.
 *
 * A run's abort cancels the calls at the server. What a tool reports as an error goes back to the model. The server's schemas are what arguments
 * are checked by, and names that models don't take are told to them in another spelling.
 *
 * @throws {WorkersAIError} `INVALID_INPUT` for what is no client; what the client throws comes as it is
 *
 * @example
 * ```ts
 * import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
 * import { toolsFromMCP } from "workers-ai-wasm/tools";
 *
 * const client = new Client({ name: "my-app", version: "1.0.0" });
 * await client.connect(new StreamableHTTPClientTransport(new URL("https://example.com/mcp")));
 * const { text } = await ai.runTools(model, { prompt: "What is new?", tools: await toolsFromMCP(client) });
 * ```
 */
export function toolsFromMCP(
  client: MCPClient,
  options?: MCPToolsOptions,
): Promise<{ [name: string]: MCPTool }>;
