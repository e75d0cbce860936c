// The catalogue: the service's own list as it is now, beside what this version of the package knows.

import { asOf, models as shipped } from "workers-ai-wasm/catalog";
import { ai } from "../lib/client.js";
import { codeBox } from "../lib/code.js";
import { h } from "../lib/dom.js";
import { problem } from "../lib/problem.js";
import { table } from "../lib/views/table.js";

async function list({ ai }) {
  return ai.models.list();
}

const FLAGS = {
  function_calling: "tools",
  reasoning: "reasoning",
  vision: "vision",
  lora: "LoRA",
  async_queue: "batch",
  realtime: "realtime",
  partner: "partner",
  beta: "beta",
  require_workers_paid: "paid plan",
};

export default async function mount(root) {
  const search = h("input", { type: "search", id: "search", autocomplete: "off", oninput: show });
  const task = h("select", { id: "task", onchange: show }, h("option", { value: "" }, "All tasks"));
  const flag = h(
    "select",
    { id: "capability", onchange: show },
    h("option", { value: "" }, "Any"),
    Object.values(FLAGS).map((name) => h("option", {}, name)),
  );
  const field = (label, control) =>
    h("div", { className: "field" }, h("label", { htmlFor: control.id }, label), control);
  const filters = h(
    "form",
    { role: "search", className: "filters", onsubmit: (event) => event.preventDefault() },
    field("Name", search),
    field("Task", task),
    field("Capability", flag),
  );
  const output = h(
    "section",
    { className: "result", "aria-label": "Models", "aria-live": "polite" },
    h("p", { className: "waiting" }, "Asking for the list"),
  );
  root.append(
    h(
      "p",
      { className: "lead" },
      `The service's own list, as it is now. This version of the package was written knowing the list of ${asOf}.`,
    ),
    filters,
    output,
  );

  let rows = [];
  try {
    rows = (await list({ ai })).map(rowOf);
  } catch (error) {
    return output.replaceChildren(problem(error, () => location.reload()));
  }
  task.append(...[...new Set(rows.map((row) => row.task))].sort().map((name) => h("option", {}, name)));
  show();

  function show() {
    const wanted = search.value.trim().toLowerCase();
    const shown = rows.filter(
      (row) =>
        row.name.toLowerCase().includes(wanted) &&
        (task.value === "" || row.task === task.value) &&
        (flag.value === "" || row.flags.includes(flag.value)),
    );
    output.replaceChildren(
      table(COLUMNS, shown, `${shown.length} of ${rows.length} models`),
      codeBox(list, {}),
    );
  }
}

function rowOf({ name, task, properties }) {
  const property = (id) => properties.find(({ property_id }) => property_id === id)?.value;
  const known = shipped.find(({ id }) => id === name);
  return {
    name,
    task: task.name,
    window: property("context_window"),
    prices: property("price") ?? [],
    flags: Object.keys(FLAGS)
      .filter((id) => property(id) === "true")
      .map((id) => FLAGS[id]),
    methods: known?.methods ?? ["run"],
    isNew: known === undefined,
  };
}

const COLUMNS = [
  { title: "Model", kind: "long", of: ({ name, isNew }) => [h("code", {}, name), isNew ? " (new)" : ""] },
  { title: "Task", kind: "nowrap", of: ({ task }) => task },
  {
    title: "Window",
    kind: "number",
    of: ({ window }) => (window ? Number(window).toLocaleString("en") : ""),
  },
  {
    title: "Price",
    kind: "long",
    of: ({ prices }) =>
      (Array.isArray(prices) ? prices : []).map(({ unit, price, currency }) =>
        h("div", {}, `${money(price, currency)} ${unit}`),
      ),
  },
  { title: "Capabilities", of: ({ flags }) => flags.join(", ") },
  { title: "Methods", kind: "long", of: ({ methods }) => h("code", {}, methods.join(", ")) },
];

const money = (price, currency) =>
  new Intl.NumberFormat("en", { style: "currency", currency, maximumSignificantDigits: 4 }).format(price);
