import { ServiceError } from "../errors.js";
import { readable } from "../inputs/bounds.js";
import { readFields } from "../inputs/check.js";
import { languageCode } from "../models/languages.js";
import { jsonReply, textNeurons } from "./json.js";

/** M2M100: one text, languages as codes or English names. */
export const m2m100 = {
  method: "translate",
  async answer(call, model, [engine]) {
    const { text, source_lang, target_lang } = readFields(call.inputs, model);
    const source = readable(text, model);
    const [from, to] = [known(source_lang, "source_lang"), known(target_lang, "target_lang")];
    const [translated] = await engine.translate({ model, texts: [source], from, to, signal: call.signal });
    return jsonReply({ translated_text: translated }, textNeurons(model, [source], [translated]), engine);
  },
};

/** The schema takes any text; the model doesn't. */
function known(language, name) {
  const code = languageCode(language);
  if (!code) throw new ServiceError(5012, `Invalid input for the model: ${name} is not a language it knows`);
  return code;
}

/** IndicTrans2: one text or several in, always an array out. */
export const indicTrans2 = {
  method: "translate",
  async answer(call, model, [engine]) {
    const { text, target_language: to } = readFields(call.inputs, model);
    const texts = [text].flat().map((one) => readable(one, model));
    const translations = await engine.translate({
      model,
      texts,
      from: "eng_Latn",
      to,
      signal: call.signal,
    });
    return jsonReply({ translations }, textNeurons(model, texts, translations), engine);
  },
};
