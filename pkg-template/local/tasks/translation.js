import { ServiceError } from "../errors.js";
import { byDefault, oneOf, readFields, required, text, texts } from "../inputs/check.js";
import { INDIC, languageCode } from "../models/languages.js";
import { jsonReply, textNeurons } from "./json.js";

const M2M100_RULES = {
  text: required(text({ min: 1 })),
  source_lang: byDefault(text(), "en"),
  target_lang: required(text()),
};

/** M2M100: one text, languages as codes or English names. */
export const m2m100 = {
  method: "translate",
  async answer(call, model, [engine]) {
    const { text: given, source_lang, target_lang } = readFields(call.inputs, model, M2M100_RULES);
    const [from, to] = [known(source_lang, "source_lang"), known(target_lang, "target_lang")];
    const [translated] = await engine.translate({ model, texts: [given], from, to, signal: call.signal });
    return jsonReply({ translated_text: translated }, textNeurons(model, [given], [translated]), engine);
  },
};

/** The schema takes any text; the model doesn't. */
function known(language, name) {
  const code = languageCode(language);
  if (!code) throw new ServiceError(5012, `Invalid input for the model: ${name} is not a language it knows`);
  return code;
}

const INDIC_RULES = {
  text: required(texts()),
  target_language: byDefault(oneOf(...INDIC), "hin_Deva"),
};

/** IndicTrans2: one text or several in, always an array out. */
export const indicTrans2 = {
  method: "translate",
  async answer(call, model, [engine]) {
    const { text: given, target_language: to } = readFields(call.inputs, model, INDIC_RULES);
    const translations = await engine.translate({
      model,
      texts: given,
      from: "eng_Latn",
      to,
      signal: call.signal,
    });
    return jsonReply({ translations }, textNeurons(model, given, translations), engine);
  },
};
