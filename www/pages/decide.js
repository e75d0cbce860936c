import { h } from "../lib/dom.js";
import { taskPage } from "../lib/task.js";
import { bars } from "../lib/views/bars.js";

const STATE =
  "Customer: The parcel came a week late and the vase inside is broken. I want my money back, and I am not angry at the driver.";
const QUESTIONS = {
  refund: { type: "noul", instructions: "Does the customer ask for a refund?" },
  topic: {
    type: "choice",
    instructions: "What is it about?",
    criteria: { delivery: "late or lost parcels", damage: "broken goods", praise: null },
  },
  mood: {
    type: "score",
    instructions: "How satisfied is the customer?",
    criteria: ["furious", "unhappy", "neutral", "happy"],
  },
};

export default taskPage({
  lead: "Answers typed questions about a text: yes or no, one of several, or a score.",
  method: "decide",
  first: "@cf/cloudflare/clef",
  action: "Decide",
  fields: [
    { name: "state", label: "What is judged", kind: "area", value: STATE },
    (_model, { questions }) =>
      questions && {
        name: "questions",
        label: "Questions, as JSON",
        kind: "json",
        rows: 14,
        value: QUESTIONS,
      },
    (_model, { fields }) =>
      fields && { name: "fields", label: "Fields to extract, as JSON", kind: "json", value: FIELDS },
  ],
  run: ({ ai, model, input, signal }) => ai.decide(model, input, { signal }),
  show: ({ answers }) => Object.entries(answers).flatMap(([name, answer]) => shown(name, answer)),
});

const FIELDS = { amount_back: { type: "boolean" }, item: { type: "string" } };

/** Each kind of answer in its own way; one that is not known as it is. */
function shown(name, answer) {
  if (typeof answer?.noul === "number") {
    return [
      bars(
        [
          { label: "Yes", score: answer.noul },
          { label: "No", score: 1 - answer.noul },
        ],
        name,
      ),
    ];
  }
  if (answer?.probabilities) {
    const { legend = {}, probabilities, choice, score } = answer;
    const rows = Object.entries(probabilities).map(([option, value]) => ({
      label: String(legend[option] ?? option),
      score: value,
    }));
    return [bars(rows, `${name}: ${choice ?? score?.toFixed(2)}`)];
  }
  return [
    h("p", {}, h("strong", {}, name)),
    h("pre", { className: "text-file" }, JSON.stringify(answer, null, 2)),
  ];
}
