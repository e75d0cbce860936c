// The chat: keeps the conversation, streams each answer, and says in words what went wrong.

import { standInNote } from "../lib/answerer.js";
import { authorOf, modelsFor, shortName } from "../lib/catalogue.js";
import { ai } from "../lib/client.js";
import { codeBox } from "../lib/code.js";
import { announce, h } from "../lib/dom.js";
import { problem } from "../lib/problem.js";

const FIRST_MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const SUGGESTIONS = [
  "What is a Cloudflare Worker?",
  "Tell me a short story about a lighthouse.",
  "Name three uses of WebAssembly.",
];

/** What the page asks; it shows this text. */
async function ask({ ai, model, messages, signal, show }) {
  const stream = await ai.streamText(model, { messages }, { signal });
  for await (const event of stream) {
    show(event);
  }
}

export default function mount(root) {
  /** What the model is told: every turn so far that has an answer. */
  let history = [];
  /** Ends the answer that is being streamed. */
  let running = null;
  /** The picture that goes along with the next message. */
  let picture = null;

  const model = h("select", { id: "model" }, groups(modelsFor(["streamText"])));
  const clear = h(
    "button",
    { type: "button", id: "clear", className: "quiet", onclick: startAnew },
    "New chat",
  );
  document
    .getElementById("tools")
    .append(h("label", { className: "hidden", htmlFor: "model" }, "Model"), model, clear);

  const welcome = h(
    "section",
    { id: "welcome" },
    h("p", {}, "Ask something. The answer streams through ", h("code", {}, "env.AI"), " in workerd."),
    h(
      "div",
      { className: "suggestions" },
      SUGGESTIONS.map((text) => h("button", { type: "button", onclick: () => running ?? say(text) }, text)),
    ),
  );
  const log = h(
    "div",
    { id: "log", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabIndex: 0 },
    welcome,
  );
  const prompt = h("textarea", {
    id: "prompt",
    rows: 1,
    placeholder: "Message",
    required: true,
    autocomplete: "off",
    enterkeyhint: "send",
  });
  const send = h("button", { id: "send", type: "submit" }, "Send");
  const stop = h(
    "button",
    { id: "stop", type: "button", hidden: true, onclick: () => running?.abort() },
    "Stop",
  );
  const file = h("input", {
    type: "file",
    id: "picture",
    accept: "image/png,image/jpeg,image/webp",
    onchange: attach,
  });
  const attached = h(
    "div",
    { className: "attach", hidden: true },
    h("label", { htmlFor: "picture" }, "Picture"),
    file,
  );
  const form = h(
    "form",
    { onsubmit: submit },
    attached,
    h("label", { className: "hidden", htmlFor: "prompt" }, "Your message"),
    prompt,
    send,
    stop,
    h("p", { className: "hint" }, "Enter sends, Shift + Enter starts a new line, Esc stops."),
  );
  root.append(log, form);
  prompt.focus();

  model.addEventListener("change", offerPicture);
  prompt.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") running?.abort();
  });
  offerPicture();

  function submit(event) {
    event.preventDefault();
    const text = prompt.value.trim();
    if (text === "" || running) return;
    prompt.value = "";
    say(text);
  }

  /** Only where the model sees. */
  function offerPicture() {
    const { vision } = model.selectedOptions[0].dataset;
    attached.hidden = vision === undefined;
    if (vision === undefined) forgetPicture();
  }

  function attach() {
    picture = file.files[0] ?? null;
  }

  function forgetPicture() {
    file.value = "";
    picture = null;
  }

  function startAnew() {
    running?.abort();
    history = [];
    log.replaceChildren(welcome);
    prompt.focus();
  }

  async function say(text, image = picture) {
    forgetPicture();
    welcome.remove();
    const own = turn("user");
    if (image) own.text.append(h("img", { src: URL.createObjectURL(image), alt: "Your picture" }));
    own.text.append(text);
    const content = image
      ? [
          { type: "text", text },
          { type: "image_url", image_url: { url: await dataURL(image) } },
        ]
      : text;
    const messages = [...history, { role: "user", content }];
    const answer = turn("assistant");
    const { signal } = begin(answer);
    const figures = { startedAt: performance.now(), firstAt: null, usage: null, finishReason: null };
    let reply = "";
    const show = (event) => {
      if (event.type === "usage") figures.usage = event.usage;
      if (event.type === "finish") figures.finishReason = event.finishReason;
      if (event.type !== "text" && event.type !== "reasoning") return;
      figures.firstAt ??= performance.now();
      if (event.type === "text") reply += event.text;
      (event.type === "text" ? answer.text : thoughtsOf(answer)).append(event.text);
      follow();
    };
    try {
      await ask({ ai, model: model.value, messages, signal, show });
      announce("Answer complete.");
    } catch (error) {
      if (signal.aborted) figures.finishReason = "stopped";
      else answer.card.append(problem(error, () => retry(answer, text, image)));
    }
    end(answer);
    showFigures(answer, figures);
    answer.card.append(codeBox(ask, { model: model.value, messages }));
    // A half answer is part of the conversation; a failed question without an answer is not.
    if (reply !== "") history = [...messages, { role: "assistant", content: reply }];
    follow();
  }

  function retry(answer, text, image) {
    if (running) return;
    answer.card.previousElementSibling?.remove();
    answer.card.remove();
    say(text, image);
  }

  function begin(answer) {
    running = new AbortController();
    answer.card.classList.add("waiting");
    answer.card.setAttribute("aria-busy", "true");
    send.hidden = true;
    stop.hidden = false;
    return running;
  }

  function end(answer) {
    running = null;
    answer.card.classList.remove("waiting");
    answer.card.removeAttribute("aria-busy");
    send.hidden = false;
    stop.hidden = true;
    prompt.focus();
  }

  function turn(role) {
    const text = h("div", { className: "text" });
    const card = h(
      "article",
      { className: `turn ${role}`, "aria-label": role === "user" ? "You" : "Model" },
      text,
    );
    log.append(card);
    follow();
    return { card, text, thoughts: null };
  }

  /** Keeps the end in sight, unless the reader has scrolled up. */
  function follow() {
    const distance = log.scrollHeight - log.scrollTop - log.clientHeight;
    if (distance < 160) log.scrollTop = log.scrollHeight;
  }
}

/** The models by author. */
function groups(offered) {
  const byAuthor = Object.groupBy(offered, authorOf);
  return Object.entries(byAuthor).map(([author, models]) =>
    h("optgroup", { label: author }, models.map(optionOf)),
  );
}

function optionOf(model) {
  const option = h("option", { value: model.id, selected: model.id === FIRST_MODEL }, shortName(model));
  if (model.capabilities.includes("vision")) option.dataset.vision = "";
  return option;
}

/** Where the model's thinking goes: folded away, above the answer. */
function thoughtsOf(answer) {
  if (!answer.thoughts) {
    answer.thoughts = h("span");
    answer.card.prepend(
      h("details", { className: "thoughts" }, h("summary", {}, "Thinking"), answer.thoughts),
    );
  }
  return answer.thoughts;
}

function showFigures(answer, { startedAt, firstAt, usage, finishReason }) {
  const seconds = firstAt === null ? 0 : (performance.now() - firstAt) / 1000;
  const rate = usage && seconds > 0 ? usage.completionTokens / seconds : null;
  const lines = [
    firstAt === null ? null : `first token after ${Math.round(firstAt - startedAt)} ms`,
    rate === null ? null : `${rate.toFixed(rate < 10 ? 1 : 0)} tokens/s`,
    usage ? `${usage.promptTokens} + ${usage.completionTokens} tokens` : null,
    { length: "cut at the token limit", stopped: "stopped by you" }[finishReason] ?? null,
  ].filter(Boolean);
  const note = standInNote();
  if (note) answer.card.append(note);
  if (lines.length > 0)
    answer.card.append(
      h(
        "ul",
        { className: "figures" },
        lines.map((line) => h("li", {}, line)),
      ),
    );
}

const dataURL = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
