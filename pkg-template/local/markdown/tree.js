// Parses HTML and XML to trees with htmlparser2, which takes linear time. The nesting is limited, so walks
// may recurse.

import { DomHandler, Parser } from "htmlparser2";

const DEEPEST = 1000;

class BoundedHandler extends DomHandler {
  #depth = 0;

  onopentag(name, attributes) {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new Error("the file is nested too deeply");
    super.onopentag(name, attributes);
  }

  onclosetag() {
    this.#depth -= 1;
    super.onclosetag();
  }
}

/** @returns {object} the document, whose children are its nodes */
export function parse(text, { xml = false } = {}) {
  const handler = new BoundedHandler();
  const options = { xmlMode: xml, decodeEntities: true, recognizeCDATA: true };
  new Parser(handler, options).end(text);
  return handler.root;
}

export const isElement = (node) => node.type === "tag" || node.type === "script" || node.type === "style";
/** The children of an element, a CDATA section's among them. */
export const childrenOf = (node) => node.children ?? [];

/** All text below a node, in order. */
export function textOf(node) {
  if (!node) return "";
  if (node.type === "text") return node.data;
  return childrenOf(node).map(textOf).join("");
}

/** All elements of a name below a node, in order. */
export function all(node, name, found = []) {
  for (const child of childrenOf(node)) {
    if (child.name === name) found.push(child);
    all(child, name, found);
  }
  return found;
}
