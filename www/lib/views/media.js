// Pictures and sounds that a model has made.

import { h } from "../dom.js";

/** @param {{ bytes: Uint8Array, mediaType: string, blob(): Blob }} media @param {string} alt */
export function picture(media, alt) {
  const url = URL.createObjectURL(media.blob());
  const size = h("small");
  const image = h("img", {
    src: url,
    alt,
    onload: () => {
      size.textContent = `${image.naturalWidth} × ${image.naturalHeight} · ${about(media)}`;
    },
    onerror: () => {
      size.textContent = `The browser can't show this: ${about(media)}`;
    },
  });
  return h("figure", {}, image, size, download(url, "image", media));
}

export function player(media) {
  const url = URL.createObjectURL(media.blob());
  const length = h("small", {}, about(media));
  const audio = h("audio", {
    src: url,
    controls: true,
    ondurationchange: () => {
      if (Number.isFinite(audio.duration))
        length.textContent = `${audio.duration.toFixed(1)} s · ${about(media)}`;
    },
    onerror: () => {
      length.textContent = `The browser can't play this: ${about(media)}`;
    },
  });
  return h("figure", {}, audio, length, download(url, "speech", media));
}

const about = ({ mediaType, bytes }) => `${mediaType} · ${Math.ceil(bytes.length / 1024)} kB`;

function download(href, name, { mediaType }) {
  const ending = mediaType
    .split(";")[0]
    .split("/")[1]
    .replace(/^x-/, "")
    .replace("mpeg", "mp3")
    .replace("jpeg", "jpg");
  return h("a", { href, download: `${name}.${ending}` }, "Download");
}
