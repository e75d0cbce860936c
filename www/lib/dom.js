// Making elements.

/**
 * An element: `h("p", { className: "faint" }, "text", node)`. Functions are listeners (`onclick`), what the element has as a property
 * is one, anything else an attribute; `undefined` and `null` are left out, among the children too.
 */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG, where everything is an attribute. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return append(element, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name in element && !READ_ONLY.has(name)) element[name] = value;
    else element.setAttribute(name, value);
  }
  return append(element, children);
}

/** One by one: arguments lie on the stack, and a document may have a hundred thousand parts. */
function append(element, children) {
  for (const child of children.flat()) if (child !== undefined && child !== null) element.append(child);
  return element;
}

/** Properties that only attributes can set. */
const READ_ONLY = new Set(["list", "form"]);

let count = 0;

/** An id that no other element has. */
export const newId = (name) => `${name}-${++count}`;

/** Says something to whoever doesn't see the page. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}
