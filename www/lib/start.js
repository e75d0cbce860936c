// Every page begins here: loads the page's own module, and says who answers its questions.

import { PAGES } from "/pages.js";
import { answerer, engines } from "./answerer.js";
import { h } from "./dom.js";
import { problem } from "./problem.js";

const page = PAGES.find(({ name }) => name === document.body.dataset.page);
const main = document.getElementById("main");

import(`/pages/${page.name}.js`)
  .then(({ default: mount }) => mount(main))
  .catch((error) => main.append(problem(error)));

sayWhoAnswers(document.getElementById("about"));

function sayWhoAnswers(about) {
  if (!engines) about.textContent = "The server does not answer.";
  else
    about.replaceChildren(
      page.task ? `Answers come from ${answerer}.` : h("span", {}, "Through the Worker's env.AI."),
    );
}
