// A field for a picture, a recording or documents: chosen, dropped, recorded, or the page's own sample.

import { recordButton } from "./audio/recorder.js";
import { h } from "./dom.js";

const ACCEPT = { image: "image/*", audio: "audio/*", files: undefined };

/**
 * @param {"image" | "audio" | "files"} kind
 * @param {{ sample?: () => Promise<File>, sampleLabel?: string, multiple?: boolean }} field
 * @param {object} base what every input gets
 */
export function mediaField(kind, { sample, sampleLabel = "Use a sample", multiple = false }, base) {
  let files = [];
  const input = h("input", {
    ...base,
    type: "file",
    accept: ACCEPT[kind],
    multiple,
    onchange: () => take(input.files),
  });
  const preview = h("div", { className: "preview" });
  const urls = [];
  const buttons = h("div", { className: "actions" });
  if (sample) {
    const button = h(
      "button",
      { type: "button", className: "quiet", onclick: () => makeSample(button) },
      sampleLabel,
    );
    buttons.append(button);
  }
  if (kind === "audio") buttons.append(recordButton((file) => take([file])));

  async function makeSample(button) {
    button.disabled = true;
    try {
      take([await sample()].flat());
    } catch (error) {
      preview.replaceChildren(h("p", { className: "faint" }, `No sample: ${error.message}`));
    } finally {
      button.disabled = false;
    }
  }

  function take(chosen) {
    files = [...chosen];
    for (const url of urls.splice(0)) URL.revokeObjectURL(url);
    preview.replaceChildren(...files.map((file) => shown(file)));
  }

  function shown(file) {
    const url = URL.createObjectURL(file);
    urls.push(url);
    const caption = h("small", {}, `${file.name} · ${sizeOf(file.size)}`);
    if (file.type.startsWith("image/"))
      return h("figure", {}, h("img", { src: url, alt: "Your picture" }), caption);
    if (file.type.startsWith("audio/"))
      return h("figure", {}, h("audio", { src: url, controls: true }), caption);
    return h("p", {}, caption);
  }

  const drop = h("div", { className: "drop" }, input, buttons, preview);
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(multiple ? event.dataTransfer.files : [...event.dataTransfer.files].slice(0, 1));
  });
  const read = () => (files.length === 0 ? undefined : multiple ? files : files[0]);
  return { input: drop, focusable: input, read };
}

const sizeOf = (bytes) =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1048576
      ? `${Math.round(bytes / 1024)} kB`
      : `${(bytes / 1048576).toFixed(1)} MB`;
