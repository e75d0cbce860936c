// Rejects inputs that the service rejects in addition to its schemas: restrictions of model families, on
// every endpoint.

import { badInput, ServiceError } from "../errors.js";

/** @param {object} inputs of a chat or of the older dialect */
export function refuseByQuirks(inputs, model) {
  const { facts } = model;
  if (!facts) return;
  const refusedParameter = facts.get("refused-parameters")?.names.find((name) => isPresent(inputs[name]));
  if (refusedParameter) throw badInput(model, `'/${refusedParameter}' is not supported by this model`);
  if (facts.has("no-required-tool-choice") && inputs.tool_choice === "required" && inputs.tools?.length > 0)
    throw badInput(model, "'/tool_choice' \"required\" is not supported by this model");
  const schemaStream = facts.get("no-schema-stream");
  if (schemaStream && inputs.stream === true && inputs.response_format?.type === "json_schema")
    throw new ServiceError(schemaStream.code);
  if (Array.isArray(inputs.messages)) refuseTurns(inputs.messages, model);
}

const isPresent = (value) => value !== undefined && value !== null;

function refuseTurns(messages, model) {
  const id = model.facts.get("tool-call-id");
  const needsAssistant = model.facts.has("assistant-after-tool");
  for (const [index, message] of messages.entries()) {
    if (id) {
      const calls = Array.isArray(message?.tool_calls) ? message.tool_calls : [];
      for (const callId of [...calls.map((call) => call?.id), message?.tool_call_id].filter(isPresent))
        if (callId.length !== id.length || !/^[A-Za-z0-9]*$/.test(callId))
          throw badInput(
            model,
            `Tool call id in '/messages/${index}' must be a-z, A-Z, 0-9, with a length of ${id.length}`,
          );
    }
    if (needsAssistant && message?.role === "user" && messages[index - 1]?.role === "tool")
      throw badInput(model, "Unexpected role 'user' after role 'tool'");
  }
}
