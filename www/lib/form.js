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
 * @param {string} options.method whose models are offered
 * @param {(model: object) => boolean} [options.only] which of them
 * @param {string} [options.first] the id that is chosen at first
 * @param {import("./fields.js").Field[]} options.fields
 * @param {string[]} [options.omit] inputs of the model that have no place here
 * @param {boolean} [options.settings] whether the model's other inputs are offered. Default: they are
 * @param {string} options.action what the button says
 * @param {(given: { model: string, input: object }) => Promise<void>} options.onSubmit
 * @param {() => void} options.onStop
 */
export function makeForm({
  method,
  only,
  first,
  fields,
  omit = [],
  settings = true,
  action,
  onSubmit,
  onStop,
  pick,
}) {
  const offered = modelsFor(method, only);
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
  const kept = new Map(fields.map((field) => [field.name, control(field)]));
  let extras = new Map();

  const chosen = () => offered.find(({ id }) => id === model.value);

  function show() {
    const inputs = inputsOf(chosen());
    controls.clear();
    for (const field of fields) {
      const names = field.on ?? [field.name];
      if (
        field.when
          ? field.when(chosen(), inputs)
          : field.on === undefined || names.some((name) => name in inputs)
      )
        controls.set(field.name, kept.get(field.name));
    }
    main.replaceChildren(...[...controls.values()].map(({ element }) => element));
    const taken = new Set([...fields.flatMap(({ name, on = [] }) => [name, ...on]), ...omit]);
    extras = new Map();
    for (const [name, rule] of settings ? Object.entries(inputs) : []) {
      if (taken.has(name) || NEVER.has(name)) continue;
      const field = fieldOf(name, rule);
      if (field) extras.set(name, control(field));
    }
    more.replaceChildren(...[...extras.values()].map(({ element }) => element));
    folded.hidden = extras.size === 0;
    pick?.(chosen());
  }

  const element = h(
    "form",
    { noValidate: true, autocomplete: "off" },
    h("div", { className: "field" }, h("label", { htmlFor: modelId }, "Model"), model),
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
      const given = value();
      if (given !== undefined) input[name] = given;
    }
    return { model: model.value, input };
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
      const own = fields.find((field) => field.name === name || field.on?.includes(name));
      const found =
        name === "model"
          ? { element: model.parentElement, focus: model }
          : (controls.get(own?.name) ?? extras.get(name));
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
