// What was said, over the recording: a word that is pressed is played.

import { h } from "../dom.js";

/** @param {{ text: string, words?: object[], segments?: object[], language?: string, duration?: number, vtt?: string }} result */
export function transcript({ text, words = [], segments = [], language, duration, vtt }, recording) {
  const audio = h("audio", { src: URL.createObjectURL(recording), controls: true });
  const facts = [
    language ? `Language: ${language}` : null,
    duration === undefined ? null : `${duration.toFixed(1)} s`,
    words.length > 0 ? `${words.length} words with their times` : null,
  ].filter(Boolean);
  const pieces = words.length > 0 ? words.map(({ word, ...time }) => ({ text: word, ...time })) : segments;
  return [
    h("figure", {}, audio, facts.length > 0 ? h("small", {}, facts.join(" · ")) : null),
    h("blockquote", {}, text === "" ? "Nothing was said." : text),
    pieces.length > 0 ? timed(pieces, audio) : null,
    vtt
      ? h(
          "details",
          {},
          h("summary", {}, "Subtitles (WebVTT)"),
          h("pre", { className: "text-file", tabIndex: 0 }, vtt),
          vttLink(vtt),
        )
      : null,
  ];
}

function timed(pieces, audio) {
  const buttons = pieces.map(({ text, start, end }) =>
    h(
      "button",
      {
        type: "button",
        className: "word",
        title: `${start.toFixed(2)} s to ${end.toFixed(2)} s`,
        onclick: () => play(start),
      },
      text.trim(),
      h("small", {}, start.toFixed(2)),
    ),
  );
  audio.addEventListener("timeupdate", () => {
    for (const [index, { start, end }] of pieces.entries()) {
      buttons[index].classList.toggle("now", audio.currentTime >= start && audio.currentTime < end);
    }
  });
  function play(start) {
    audio.currentTime = start;
    audio.play();
  }
  return h(
    "div",
    { className: "words", role: "group", "aria-label": "Words with the second at which they begin" },
    buttons,
  );
}

const vttLink = (vtt) =>
  h(
    "a",
    { href: URL.createObjectURL(new Blob([vtt], { type: "text/vtt" })), download: "subtitles.vtt" },
    "Download",
  );
