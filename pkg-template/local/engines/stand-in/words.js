// The stand-in's description of itself, and its counting of words.

/** Words with the white space before them: close enough to tokens for streaming and counting. */
const WORDS = /\s*\S+|\s+$/g;
export const wordsOf = (text) => text.match(WORDS) ?? [];

/** Counts words without creating them. */
export function countWords(text) {
  let count = 0;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const blank = code <= 32 || code === 0xa0 || (code >= 0x2000 && BLANK.test(text[at]));
    if (!blank && !inside) count += 1;
    inside = !blank;
  }
  return inside || text.length === 0 ? count : count + 1;
}
const BLANK = /\s/;

export const introduction = (model) => `I am the local stand-in for ${model.id}, not a model.`;

const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
export const countedWords = (text) => plural(countWords(text), "word");

const article = (noun) => (/^[AEIO]|^MP/.test(noun) ? "an" : "a");

/** Describes an image by its header. */
export const imageSentence = ({ format, width, height, comment }) =>
  `${article(format)} ${format} of ${width} by ${height} pixels${comment ? `, made for "${comment}"` : ""}`;

/** Describes a recording by its header. */
export const audioSentence = ({ format, duration }) =>
  `${article(format)} ${format} of ${duration.toFixed(2)} seconds`;
