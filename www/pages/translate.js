import { h } from "../lib/dom.js";
import { taskPage } from "../lib/task.js";

const names = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
/** `hin_Deva` is Hindi in Devanagari. */
const nameOf = (code) => names.of(code.replace("_", "-"));

/** A list where it is known which languages there are, else a field for a code. */
function language(name, label, codes, value) {
  if (!codes) return { name, label, value };
  const options = codes.map((code) => ({ value: code, text: nameOf(code) }));
  options.sort((a, b) => a.text.localeCompare(b.text));
  return { name, label, kind: "choice", options, value: codes.includes(value) ? value : codes[0] };
}

export default taskPage({
  lead: "Puts a text into another language.",
  method: "translate",
  first: "@cf/meta/m2m100-1.2b",
  action: "Translate",
  fields: [
    {
      name: "text",
      label: "Text",
      kind: "area",
      value: "The last train to the coast leaves at ten in the evening.",
    },
    (model, { source_lang }) => source_lang && language("source_lang", "From", model.languages, "en"),
    (model, { target_language }) => ({
      ...language(
        "target_lang",
        "Into",
        target_language?.enum ?? model.languages,
        target_language?.default ?? "fr",
      ),
      on: ["target_lang", "target_language"],
    }),
  ],
  run: ({ ai, model, input, signal }) => ai.translate(model, input, { signal }),
  show: ({ text }, { input }) => [
    h("blockquote", { lang: input.target_lang.replace("_", "-"), dir: "auto" }, text),
  ],
});
