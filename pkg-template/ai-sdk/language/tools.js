// Converts the SDK's tools and tool choice to the service's.

import { later } from "../../core.js";
import { ownOf } from "../call.js";

/**
 * @param {string} model
 * @param {{ prompt: object[], tools?: object[], toolChoice?: object }} call
 * @param {object[]} warnings receives a warning for each tool that is omitted
 * @returns {Promise<object>} `tools` and `tool_choice`, if there are any
 */
export async function toolsOf(model, { prompt, tools = [], toolChoice }, warnings) {
  const known = tools.filter((tool) => {
    if (tool.type === "function") return true;
    warnings.push({ type: "unsupported", feature: `the tool ${tool.id} of another provider` });
    return false;
  });
  if (known.length === 0) return {};
  const choice = choiceOf(toolChoice);
  if (choice === "none" && !(await later("objects", "sendsUncalledTools", [model, hasCalls(prompt)])))
    return {};
  const members = { tools: known.map(toolOf) };
  if (choice !== undefined) members.tool_choice = choice;
  return members;
}

const hasCalls = (prompt) =>
  prompt.some(
    ({ role, content }) => role === "assistant" && content.some(({ type }) => type === "tool-call"),
  );

function toolOf(tool) {
  const { name, description, inputSchema, strict } = tool;
  const described = { name, parameters: inputSchema };
  if (description !== undefined) described.description = description;
  if (strict !== undefined) described.strict = strict;
  return { type: "function", function: described, ...ownOf(tool) };
}

/** `auto` is every model's default, and is not sent. */
function choiceOf(choice) {
  switch (choice?.type) {
    case "none":
    case "required":
      return choice.type;
    case "tool":
      return { type: "function", function: { name: choice.toolName } };
  }
  return undefined;
}
