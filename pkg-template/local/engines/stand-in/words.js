// How the stand-in introduces itself, and how it counts.

/** Words with the white space before them: close enough to tokens for streaming and counting. */
const WORDS = /\s*\S+|\s+$/g;
export const wordsOf = (text) => text.match(WORDS) ?? [];

export const introduction = (model) => `I am the local stand-in for ${model.id}, not a model.`;

const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
export const countedWords = (text) => plural(wordsOf(text).length, "word");

const article = (noun) => (/^[AEIO]|^MP/.test(noun) ? "an" : "a");

/** What can be known of an image without seeing it. */
export const imageSentence = ({ format, width, height, comment }) =>
  `${article(format)} ${format} of ${width} by ${height} pixels${comment ? `, made for "${comment}"` : ""}`;

/** What can be known of a recording without hearing it. */
export const audioSentence = ({ format, duration }) =>
  `${article(format)} ${format} of ${duration.toFixed(2)} seconds`;
