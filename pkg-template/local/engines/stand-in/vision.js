// The stand-in's image tasks. It uses an image's header, its comment and a digest of its bytes.

import { digest, randomFrom } from "../../digest.js";
import { encodeJPEG } from "../../media/jpeg.js";
import { picture } from "../../media/picture.js";
import { encodePNG } from "../../media/png.js";
import { imageSentence, introduction, wordsOf } from "./words.js";

const CLASSES = [
  "TABBY, TABBY CAT",
  "GOLDEN RETRIEVER",
  "TEAPOT",
  "ACOUSTIC GUITAR",
  "LIGHTHOUSE",
  "UMBRELLA",
  "ESPRESSO",
  "MOUNTAIN BIKE",
  "DAISY",
  "PARK BENCH",
];
const THINGS = ["person", "cat", "dog", "car", "bicycle", "chair", "bottle", "laptop", "bird", "umbrella"];
const CLASS_COUNT = 5;
const MOST_THINGS = 3;
/** Bytes that seed an image's answer, at most. */
const SEED_BYTES = 4096;

const rounded = (value) => Math.round(value * 1e4) / 1e4;
const seedOf = ({ bytes, width, height }) =>
  digest(`${width}x${height} ${bytes.length} ${bytes.subarray(0, SEED_BYTES).join()}`);

/** Different entries of a list. */
function drawn(list, count, random) {
  const rest = [...list];
  return Array.from({ length: count }, () => rest.splice(Math.floor(random() * rest.length), 1)[0]);
}

/** A picture that depends on the prompt, the seed and the images of the request. */
export function drawing({ prompt, width, height, format, seed = 0, images = [], mask }) {
  const parts = [prompt, seed, ...[...images, ...(mask ? [mask] : [])].map(seedOf)];
  const encode = format === "png" ? encodePNG : encodeJPEG;
  return encode(picture(parts.join("\n"), width, height), prompt);
}

/** Classes with scores whose sum is below 1, best first. */
export function classes(image) {
  const random = randomFrom(seedOf(image));
  let left = 1;
  return drawn(CLASSES, CLASS_COUNT, random).map((label) => {
    const score = left * (0.5 + 0.3 * random());
    left -= score;
    return { label, score: rounded(score) };
  });
}

/** Boxes inside the image, best first. */
export function things(image, target) {
  const random = randomFrom(seedOf(image) + (target ?? ""));
  const count = 1 + Math.floor(random() * MOST_THINGS);
  const labels = target ? new Array(count).fill(target) : drawn(THINGS, count, random);
  return labels.map((label, index) => ({
    label,
    score: rounded(0.99 - 0.1 * index),
    box: boxIn(image, random),
  }));
}

function boxIn({ width, height }, random) {
  const [left, top] = [random() * 0.5 * width, random() * 0.5 * height];
  const right = left + (0.2 + 0.8 * random()) * (width - left);
  const bottom = top + (0.2 + 0.8 * random()) * (height - top);
  const [xmin, ymin] = [Math.floor(left), Math.floor(top)];
  const [xmax, ymax] = [Math.ceil(right), Math.ceil(bottom)];
  return { xmin, ymin, xmax: Math.min(width, xmax), ymax: Math.min(height, ymax) };
}

export function description(model, image, prompt, maxTokens = Infinity) {
  const shown = image ? `The image is ${imageSentence(image)}.` : "There is no image.";
  const question = prompt ? ` You asked: ${prompt}` : "";
  return wordsOf(`${introduction(model)} ${shown}${question}`)
    .slice(0, maxTokens)
    .join("");
}
