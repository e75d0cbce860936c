import { h } from "../lib/dom.js";
import { lighthouse } from "../lib/samples.js";
import { taskPage } from "../lib/task.js";
import { markdown } from "../lib/views/markdown.js";

const CSV = "Ship,Built,Tons\nAurora,1859,412\nMeridian,1871,655\nSwift,1890,230\n";
const HTML = `<!doctype html><html><head><title>Log book</title></head><body><h1>Log book</h1><p>The <b>lamp</b> was lit at dusk.</p>\
<ul><li>Wind from the west</li><li>Two ships in sight</li></ul></body></html>`;

const samples = async () => [
  new File([CSV], "ships.csv", { type: "text/csv" }),
  new File([HTML], "log-book.html", { type: "text/html" }),
  await lighthouse(),
];

export default taskPage({
  lead: "Turns documents into Markdown, for a language model or a search: PDF, Office, HTML, tables, pictures.",
  action: "Convert",
  fields: [
    {
      name: "files",
      label: "Documents",
      kind: "files",
      multiple: true,
      sample: samples,
      sampleLabel: "Use samples",
    },
  ],
  run: ({ ai, input, signal }) => ai.toMarkdown(input.files ?? [], { signal }),
  show: (results) => results.map(document),
});

function document(result) {
  const { name, mimeType, format, tokens, data, error } = result;
  if (format === "error") {
    return h("div", { className: "problem" }, h("strong", {}, name), h("p", {}, error));
  }
  const facts = [mimeType, tokens === undefined ? null : `${tokens} tokens`].filter(Boolean).join(" · ");
  return h(
    "article",
    { className: "output document", "aria-label": name },
    h("h2", {}, name, h("small", {}, ` ${facts}`)),
    format === "markdown" ? markdown(data) : h("pre", { className: "text-file" }, data),
    h(
      "details",
      {},
      h("summary", {}, "The text itself"),
      h("pre", { className: "text-file", tabIndex: 0 }, data),
    ),
  );
}
