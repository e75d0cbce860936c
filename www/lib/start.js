// Every page begins here: loads the page's own module, and says who answers its questions.

import { PAGES } from "/pages.js";
import { h } from "./dom.js";
import { problem } from "./problem.js";

const page = PAGES.find(({ name }) => name === document.body.dataset.page);
const main = document.getElementById("main");

import(`/pages/${page.name}.js`)
  .then(({ default: mount }) => mount(main))
  .catch((error) => main.append(problem(error)));

sayWhoAnswers(document.getElementById("about"));

async function sayWhoAnswers(about) {
  try {
    const engines = await (await fetch("/about")).json();
    const answeredBy = engines[page.task ?? "text-generation"];
    about.replaceChildren(
      page.task ? `Answers come from ${answeredBy}.` : h("span", {}, "Through the Worker's env.AI."),
    );
  } catch {
    about.textContent = "The server does not answer.";
  }
}
