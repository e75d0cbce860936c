import { badInput, ServiceError } from "../errors.js";
import { readFields } from "../inputs/check.js";
import { readAttachments } from "./decision.js";
import { jsonReply, textNeurons, tokensOf } from "./json.js";

const FIELD_ID = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const TYPES = ["text", "number", "date", "time", "datetime", "duration", "list", "estimate", "forecast"];
/** Tokens of a state and its images; more is 413. */
const MOST_TOKENS = 65_536;

/** Clairic: values of named fields out of a text. Its shapes are known from third parties only. */
export const extraction = {
  method: "extract",
  async answer(call, model, [engine]) {
    const { model: name, state, fields, options } = readFields({ state: "", ...call.inputs }, model);
    if (name.trim() !== model.inner) throw badInput(model, `'/model' must be ${model.inner}`);
    const { images = [] } = readAttachments(call.inputs, model);
    if (state === "" && images.length === 0) throw badInput(model, "Length of '/state' must be >= 1");
    if (tokensOf(state) + 256 * images.length > MOST_TOKENS) throw new ServiceError(3006);
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
  for (const [id, field] of Object.entries(fields)) {
    if (!FIELD_ID.test(id)) throw badInput(model, `'/fields/${id}' is not a valid field name`);
    if (!TYPES.includes(field?.type))
      throw badInput(model, `'/fields/${id}/type' must be one of ${TYPES.join(", ")}`);
    checkField(field, (name, text) => badInput(model, `'/fields/${id}/${name}' ${text}`));
  }
}

function checkField(field, refuse) {
  const integer = (name, low, high) => {
    const value = field[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= low && value <= high))
      throw refuse(name, `must be an integer from ${low} to ${high}`);
  };
  integer("decimals", 0, 6);
  integer("horizon", 1, 64);
  const { null_threshold: threshold, min, max, scale, type } = field;
  if (threshold !== undefined && !(typeof threshold === "number" && threshold > 0 && threshold <= 1))
    throw refuse("null_threshold", "must be above 0 and at most 1");
  if (type !== "estimate" && type !== "forecast") return;
  for (const [name, value] of Object.entries({ min, max }))
    if (typeof value !== "number") throw refuse(name, "is required");
  if (scale === "log" && min <= 0) throw refuse("min", "must be above 0 on a log scale");
}
