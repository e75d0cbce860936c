// The page: keeps the conversation, streams each answer, and says in words what went wrong.

import { isWorkersAIError, WorkersAI } from "workers-ai-wasm";
import { MODELS } from "./models.js";

const element = (id) => document.getElementById(id);
const [log, form, prompt, send, stop, model, welcome] = [
  "log",
  "form",
  "prompt",
  "send",
  "stop",
  "model",
  "welcome",
].map(element);

const ai = new WorkersAI({ baseURL: "/ai" });
/** What the model is told: every turn so far that has an answer. */
let history = [];
/** Ends the answer that is being streamed. */
let running = null;

/** Titles for what can go wrong; the error itself says what to do. */
const TITLES = {
  CAPACITY: "The model is busy",
  RATE_LIMITED: "Too many questions at once",
  DAILY_QUOTA: "Today's free allocation is used up",
  CONTEXT_EXCEEDED: "This conversation is too long for the model",
  TOO_LARGE: "This conversation is too long",
  FORBIDDEN: "That is not allowed here",
  MODEL_NOT_FOUND: "There is no such model",
  CONTENT_BLOCKED: "The answer was blocked",
  TIMEOUT: "The model took too long",
  TRUNCATED: "The answer broke off",
  NETWORK: "The server can't be reached",
};

for (const { id, label } of MODELS) model.add(new Option(label, id));
fetch("/about")
  .then((response) => response.json())
  .then(({ answeredBy }) => {
    element("about").textContent = `Answers come from ${answeredBy}.`;
  })
  .catch(() => {
    element("about").textContent = "The server does not answer.";
  });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = prompt.value.trim();
  if (text === "" || running) return;
  prompt.value = "";
  ask(text);
});
prompt.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") running?.abort();
});
stop.addEventListener("click", () => running?.abort());
element("clear").addEventListener("click", () => {
  running?.abort();
  history = [];
  log.replaceChildren(welcome);
  prompt.focus();
});
welcome.addEventListener("click", ({ target }) => {
  if (target.matches("button") && !running) ask(target.textContent);
});

async function ask(text) {
  welcome.remove();
  turn("user").text.append(text);
  const messages = [...history, { role: "user", content: text }];
  const answer = turn("assistant");
  const { signal } = begin(answer);
  const figures = { startedAt: performance.now(), firstAt: null, usage: null, finishReason: null };
  let said = "";
  try {
    const stream = await ai.streamText(model.value, { messages }, { signal });
    for await (const event of stream) {
      if (event.type === "text") {
        figures.firstAt ??= performance.now();
        said += event.text;
        answer.text.append(event.text);
        follow();
      } else if (event.type === "reasoning") {
        figures.firstAt ??= performance.now();
        thoughtsOf(answer).append(event.text);
      } else if (event.type === "usage") figures.usage = event.usage;
      else if (event.type === "finish") figures.finishReason = event.finishReason;
    }
    element("status").textContent = "Answer complete.";
  } catch (error) {
    if (signal.aborted) figures.finishReason = "stopped";
    else answer.card.append(problem(error, () => retry(answer, text)));
  }
  end(answer);
  showFigures(answer, figures);
  // A half answer is part of the conversation; a failed question without an answer is not.
  if (said !== "") history = [...messages, { role: "assistant", content: said }];
  follow();
}

function retry(answer, text) {
  if (running) return;
  answer.card.previousElementSibling?.remove();
  answer.card.remove();
  ask(text);
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
  const card = document.createElement("article");
  card.className = `turn ${role}`;
  card.setAttribute("aria-label", role === "user" ? "You" : "Model");
  const text = document.createElement("div");
  text.className = "text";
  card.append(text);
  log.append(card);
  follow();
  return { card, text, thoughts: null };
}

/** Where the model's thinking goes: folded away, above the answer. */
function thoughtsOf(answer) {
  if (!answer.thoughts) {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "Thinking";
    answer.thoughts = document.createElement("span");
    details.append(summary, answer.thoughts);
    answer.card.prepend(details);
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
  if (lines.length === 0) return;
  const list = document.createElement("ul");
  list.className = "figures";
  for (const line of lines) list.append(Object.assign(document.createElement("li"), { textContent: line }));
  answer.card.append(list);
}

/** An error as a person wants to read it: what happened, what to do, and a number for whoever has to look it up. */
function problem(error, again) {
  const known = isWorkersAIError(error);
  const box = document.createElement("div");
  box.className = "problem";
  box.setAttribute("role", "alert");
  const title = document.createElement("strong");
  title.textContent = (known && TITLES[error.code]) || "That did not work";
  const text = document.createElement("p");
  text.textContent = known ? error.message : "Something in this page failed. Reload it and try again.";
  box.append(title, text);
  const details = known ? [error.code, error.internalCode, error.requestId].filter(Boolean).join(" · ") : "";
  if (details) box.append(Object.assign(document.createElement("small"), { textContent: details }));
  if (!known) console.error(error);
  if (!known || error.retryable || error.code === "TRUNCATED") {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      textContent: "Try again",
    });
    button.addEventListener("click", again);
    box.append(document.createElement("br"), button);
  }
  return box;
}

/** Keeps the end in sight, unless the reader has scrolled up. */
function follow() {
  const distance = log.scrollHeight - log.scrollTop - log.clientHeight;
  if (distance < 160) log.scrollTop = log.scrollHeight;
}
