// A page's form: the models of its task, its own fields, and the chosen model's other inputs folded away below. The browser checks
// nothing: what is wrong with an input the package says, or the service.

import { inputsOf, modelsFor, shortName } from "./catalogue.js";
import { h, newId } from "./dom.js";
import { control, fieldOf } from "./fields.js";

/** Inputs that are for programs, or that the page sets itself. */
const NEVER = new Set([
  "stream",
  "raw",
  "lora",
  "model",
  "requests",
  "image_b64",
  "$body",
  "user",
  "store",
  "n",
  "logprobs",
  "top_logprobs",
  "skip_special_tokens",
  "service_tier",
  "mip_opt_out",
  "extra",
  "tag",
]);

/**
 * @param {object} options
 * @param {string} [options.method] whose models are offered. Default: none are
 * @param {string[]} [options.methods] the same for several
 * @param {(model: object) => boolean} [options.only] which of them
 * @param {string} [options.first] the id that is chosen at first
 * @param {(import("./fields.js").Field | ((model: object, inputs: object) => import("./fields.js").Field | null))[]} options.fields a function
 *   makes its field anew for each model
 * @param {string[]} [options.omit] inputs of the model that have no place here
 * @param {boolean} [options.settings] whether the model's other inputs are offered. Default: they are
 * @param {string} options.action what the button says
 * @param {(given: { model: string, input: object }) => Promise<void>} options.onSubmit
 * @param {() => void} options.onStop
 * @param {(model: object) => void} [options.onModel] hears which model is chosen
 */
export function makeForm({
  method,
  methods = method ? [method] : [],
  only,
  first,
  fields,
  omit = [],
  settings = true,
  action,
  onSubmit,
  onStop,
  onModel,
}) {
  const offered = modelsFor(methods, only);
  const modelId = newId("model");
  const model = h(
    "select",
    { id: modelId, name: "model" },
    offered.map((one) => optionOf(one, first)),
  );
  const main = h("div", { className: "fields" });
  const more = h("div", { className: "fields small" });
  const folded = h("details", { className: "more" }, h("summary", {}, "More settings"), more);
  const submit = h("button", { type: "submit", className: "primary" }, action);
  const stop = h("button", { type: "button", hidden: true, onclick: onStop }, "Stop");
  const controls = new Map();
  /** What was entered stays, also while another model is looked at that doesn't have it. */
  const kept = new Map();
  let extras = new Map();

  const chosen = () => offered.find(({ id }) => id === model.value);

  function show() {
    const inputs = offered.length > 0 ? inputsOf(chosen()) : {};
    controls.clear();
    const taken = new Set(omit);
    for (const field of fields) {
      const made = typeof field === "function" ? field(chosen(), inputs) : field;
      if (!made) continue;
      const names = made.on ?? [made.name];
      for (const name of [made.name, ...names]) taken.add(name);
      if (made.on && !names.some((name) => name in inputs)) continue;
      if (made !== field || !kept.has(made.name)) kept.set(made.name, control(made));
      controls.set(made.name, kept.get(made.name));
    }
    main.replaceChildren(...[...controls.values()].map(({ element }) => element));
    extras = new Map();
    for (const [name, rule] of settings ? Object.entries(inputs) : []) {
      if (taken.has(name) || NEVER.has(name)) continue;
      const field = fieldOf(name, rule);
      if (field) extras.set(name, control(field));
    }
    more.replaceChildren(...[...extras.values()].map(({ element }) => element));
    folded.hidden = extras.size === 0;
    onModel?.(chosen());
  }

  const element = h(
    "form",
    { noValidate: true, autocomplete: "off" },
    offered.length > 0
      ? h("div", { className: "field" }, h("label", { htmlFor: modelId }, "Model"), model)
      : null,
    main,
    folded,
    h("div", { className: "actions" }, submit, stop),
  );
  model.addEventListener("change", show);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!submit.hidden) onSubmit(read());
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) element.requestSubmit();
  });
  show();

  function read() {
    clear();
    const input = {};
    for (const [name, { read: value }] of [...controls, ...extras]) {
      const filled = value();
      if (filled !== undefined) input[name] = filled;
    }
    return { model: model.value || undefined, input };
  }

  function clear() {
    for (const wrong of element.querySelectorAll(".wrong")) {
      wrong.classList.remove("wrong");
      wrong.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    }
  }

  return {
    element,
    read,
    chosen,
    /** Marks the field at fault and goes there. @param {string} [path] the error's `field`, such as `contexts.0.text` */
    mark(path = "") {
      const name = path.split(/[.[]/)[0];
      const own = controls.get(name) ?? controls.get(fields.find(({ on }) => on?.includes(name))?.name);
      const found =
        name === "model" ? { element: model.parentElement, focus: model } : (own ?? extras.get(name));
      if (!found) return;
      if (extras.has(name)) folded.open = true;
      found.element.classList.add("wrong");
      found.focus.setAttribute("aria-invalid", "true");
      found.focus.focus();
    },
    /** Shows Stop in the place of the button while something runs. */
    setBusy(busy) {
      submit.hidden = busy;
      stop.hidden = !busy;
      element.setAttribute("aria-busy", String(busy));
    },
  };
}

const optionOf = (model, first) =>
  h("option", { value: model.id, selected: model.id === first, title: model.id }, shortName(model));
