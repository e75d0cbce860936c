// Forms that several speech models give a transcript in.

const round = (seconds) => Math.round(seconds * 1000) / 1000;

/** Words with seconds that are rounded to milliseconds. */
export const roundedWords = (words) =>
  words.map(({ word, start, end }) => ({ word, start: round(start), end: round(end) }));

const clock = (seconds) => {
  const pad = (value, digits = 2) => String(value).padStart(digits, "0");
  const milliseconds = Math.round(seconds * 1000);
  const [whole, rest] = [Math.floor(milliseconds / 1000), milliseconds % 1000];
  const short = `${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}.${pad(rest, 3)}`;
  return whole >= 3600 ? `${pad(Math.floor(whole / 3600))}:${short}` : short;
};

/** Words per caption. */
const CAPTION = 8;

/** Words in groups of a caption's length. */
export function captions(words) {
  const groups = [];
  for (let at = 0; at < words.length; at += CAPTION) groups.push(words.slice(at, at + CAPTION));
  return groups;
}

/** WebVTT captions of the words. */
export function toVTT(words) {
  const cues = captions(words).map(
    (group) =>
      `${clock(group[0].start)} --> ${clock(group.at(-1).end)}\n${group.map(({ word }) => word).join(" ")}\n`,
  );
  return ["WEBVTT\n", ...cues].join("\n");
}
