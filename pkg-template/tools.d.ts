import type { ContentPart, JsonObject, ToolDefinition } from "./index.js";

/**
 * The members of an MCP SDK client that are used: `Client` of `@modelcontextprotocol/client`, or of
 * `@modelcontextprotocol/sdk`.
 */
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
  /** A prefix for each name, to distinguish the tools of several servers. Default: `""`. */
  prefix?: string | undefined;
  /** Selects tools by the server's names. Default: all. */
  filter?: ((name: string) => boolean) | undefined;
  /**
   * Send images to the model, which must support vision. Otherwise they are replaced by a note. Default:
   * `false`.
   */
  images?: boolean | undefined;
}

/** A tool of a server. */
export type MCPTool = ToolDefinition<JsonObject, Promise<string | ContentPart[] | JsonObject>>;

/**
 * Returns the tools of an MCP server for `runTools`, through a client of the official SDK, which the caller
 * connects and closes.
 *
 * Aborting a run cancels the calls at the server. An error reported by a tool is returned to the model.
 * Arguments are validated by the server's schemas. Names that models do not accept are sent to them in
 * another spelling.
 *
 * @throws {WorkersAIError} `INVALID_INPUT` if `client` is not one; errors of the client are passed on
 *   unchanged
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
