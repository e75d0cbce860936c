// Who answers this page's questions, as the server says it.

import { PAGES } from "/pages.js";
import { h } from "./dom.js";

const page = PAGES.find(({ name }) => name === document.body.dataset.page);

/** By task, in words; null if the server does not answer. */
export const engines = await fetch("/about")
  .then((response) => response.json())
  .catch(() => null);

/** The one for this page, or undefined. */
export const answerer = engines?.[page?.task];

/** Whether answers are made up by the local service's stand-in: they cost nothing, and say nothing of any model. */
export const isStandIn = /stand-in/.test(answerer ?? "");

/** Stands beside each answer that is none of a model's; null elsewhere. */
export const standInNote = () =>
  isStandIn
    ? h("p", { className: "stand-in" }, "Made up by the local stand-in. No model has answered.")
    : null;
