// Languages that the translation models know.

/** Codes of m2m100. */
const M2M100 =
  "af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu".split(
    " ",
  );

const namesOf = (codes) => {
  const display = new Intl.DisplayNames(["en"], { type: "language" });
  return codes.map((code) => [display.of(code).toLowerCase(), code]);
};
let byName;

/** The code of a language that is given as its code or its English name, as both are in use; null if the model doesn't know it. */
export function languageCode(given) {
  const text = given.toLowerCase();
  if (M2M100.includes(text)) return text;
  byName ??= new Map(namesOf(M2M100));
  return byName.get(text) ?? null;
}
