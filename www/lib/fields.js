// The controls of a form, by kind. Each is `{ element, focus, read() }`: `read` gives `undefined` where nothing was entered.

import { h, newId } from "./dom.js";
import { mediaField } from "./media-field.js";

/**
 * @typedef {object} Field
 * @property {string} name the input's name, as the package spells it
 * @property {string} label
 * @property {"text" | "area" | "lines" | "json" | "number" | "choice" | "flag" | "image" | "audio" | "files"} [kind] default: `"text"`
 * @property {unknown} [value] what stands there at first
 * @property {string} [hint]
 * @property {string[]} [on] names that the model's own input may have instead; the field is shown if the model has one of them
 */

/** @param {Field} field */
export function control(field) {
  const { name, label, kind = "text", hint } = field;
  const id = newId(name);
  const hintId = hint ? `${id}-hint` : undefined;
  const { input, focusable = input, read } = KINDS[kind](field, { id, name, "aria-describedby": hintId });
  const caption = h("label", { htmlFor: id }, label);
  const row = kind === "flag" ? [input, caption] : [caption, input];
  const element = h(
    "div",
    { className: `field ${kind}` },
    ...row,
    hint ? h("small", { id: hintId }, hint) : null,
  );
  return { element, focus: focusable, read };
}

const KINDS = {
  text: ({ value = "", placeholder }, base) => {
    const input = h("input", { ...base, type: "text", value, placeholder, autocomplete: "off" });
    return { input, read: () => textOf(input) };
  },
  area: ({ value = "", rows = 4, placeholder }, base) => {
    const input = h("textarea", { ...base, rows, placeholder, value });
    return { input, read: () => textOf(input) };
  },
  /** One item per line. */
  lines: ({ value = [], rows = 6 }, base) => {
    const input = h("textarea", { ...base, rows, value: value.join("\n") });
    return {
      input,
      read: () =>
        input.value
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean),
    };
  },
  json: ({ value, rows = 10 }, base) => {
    const input = h("textarea", {
      ...base,
      rows,
      spellcheck: false,
      className: "mono",
      value: JSON.stringify(value, null, 2),
    });
    return { input, read: () => parsed(input.value, base.name) };
  },
  number: ({ value = "", min, max, step = "any", placeholder }, base) => {
    const input = h("input", { ...base, type: "number", value, min, max, step, placeholder });
    return { input, read: () => (input.value === "" ? undefined : input.valueAsNumber) };
  },
  choice: ({ value, options }, base) => {
    const input = h(
      "select",
      base,
      options.map((option) => optionOf(option, value)),
    );
    return { input, read: () => textOf(input) };
  },
  flag: ({ value = false }, base) => {
    const input = h("input", { ...base, type: "checkbox", checked: value });
    return { input, read: () => (input.checked === value ? undefined : input.checked) };
  },
  image: (field, base) => mediaField("image", field, base),
  audio: (field, base) => mediaField("audio", field, base),
  files: (field, base) => mediaField("files", field, base),
};

const textOf = ({ value }) => (value.trim() === "" ? undefined : value);

function optionOf(option, chosen) {
  const { value, text } = typeof option === "string" ? { value: option, text: option } : option;
  return h("option", { value, selected: value === chosen }, text);
}

/** JSON that can't be read goes on as text: the package says what is wrong with it. */
function parsed(text) {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A field for one of a model's other inputs, made of its rule in the catalogue; undefined where it is no simple value. */
export function fieldOf(name, { kind, enum: values, default: byDefault, minimum, maximum, doc = "" }) {
  const hint = doc.replaceAll("`", "");
  const label = name.replaceAll("_", " ");
  const placeholder = byDefault === undefined ? undefined : String(byDefault);
  if (values) {
    const none = { value: "", text: byDefault === undefined ? "the model's own" : `${byDefault} (default)` };
    const others = values.filter((value) => value !== byDefault);
    return { name, label, hint, kind: "choice", options: [none, ...others] };
  }
  if (kind === "boolean") return { name, label, hint, kind: "flag", value: byDefault ?? false };
  if (kind === "number" || kind === "integer") {
    const step = kind === "integer" ? 1 : "any";
    return { name, label, hint, kind: "number", min: minimum, max: maximum, step, placeholder };
  }
  if (kind === "string") return { name, label, hint, placeholder };
  return undefined;
}
