import { badInput } from "../errors.js";
import { anything, byDefault, readFields, required, text } from "../inputs/check.js";
import { readAttachments } from "./decision.js";
import { jsonReply, textNeurons, tokensOf } from "./json.js";

const FIELD_ID = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const TYPES = ["text", "number", "date", "time", "datetime", "duration", "list", "estimate", "forecast"];
const RULES = {
  model: required(text()),
  state: byDefault(text(), ""),
  fields: required(anything),
  reference_date: text(),
  options: anything,
};

/** Clairic: values of named fields out of a text. Its shapes are known from third parties only. */
export const extraction = {
  method: "extract",
  async answer(call, model, [engine]) {
    const { model: name, state, fields, options } = readFields(call.inputs, model, RULES);
    if (name.trim() !== model.inner) throw badInput(model, `'/model' must be ${model.inner}`);
    const { images = [] } = readAttachments(call.inputs, model);
    if (state === "" && images.length === 0) throw badInput(model, "Length of '/state' must be >= 1");
    checkFields(fields, model);
    const answers = await engine.extract({ model, state, fields, images, signal: call.signal });
    const usage = {
      input_tokens: tokensOf(state) + tokensOf(JSON.stringify(fields)),
      output_tokens: Object.keys(fields).length,
      state_tokens: tokensOf(state),
      image_tokens: 256 * images.length,
      schema_tokens: tokensOf(JSON.stringify(fields)),
      passes: 1,
    };
    const stateText = options?.return_state_text ? { state_text: state } : {};
    const value = { model: model.inner, answers, truncated: false, ...stateText, usage };
    return jsonReply(value, textNeurons(model, [state]), engine);
  },
};

function checkFields(fields, model) {
  if (fields === null || typeof fields !== "object" || Array.isArray(fields))
    throw badInput(model, "Type mismatch of '/fields', 'object' not in the given type");
  if (Object.keys(fields).length === 0) throw badInput(model, "'/fields' must have at least 1 member");
  for (const [id, field] of Object.entries(fields)) {
    if (!FIELD_ID.test(id)) throw badInput(model, `'/fields/${id}' is not a valid field name`);
    if (!TYPES.includes(field?.type))
      throw badInput(model, `'/fields/${id}/type' must be one of ${TYPES.join(", ")}`);
  }
}
