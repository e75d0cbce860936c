import { badInput, ServiceError } from "../errors.js";
import { MOST_PIXELS } from "../inputs/bounds.js";
import { readFields } from "../inputs/check.js";
import { decodedImage, readMedia } from "../inputs/media.js";
import { readForm } from "../inputs/multipart.js";
import { toBase64 } from "../media/base64.js";
import { bytesReply, jsonReply } from "./json.js";

const TILE = 512;
const FLUX2_NUMBERS = ["width", "height", "steps", "guidance", "seed"];
const FLUX2_IMAGES = ["input_image_0", "input_image_1", "input_image_2", "input_image_3"];
const LARGEST_INPUT_SIDE = 512;
/** A request for no pixels gets the smallest picture that can be drawn. */
const SMALLEST_SIDE = 8;

const neuronsFor = (model, { width, height, steps = 0 }) => {
  const tiles = Math.ceil(width / TILE) * Math.ceil(height / TILE);
  return (model.tileNeurons ?? 0) * tiles + (model.stepNeurons ?? 0) * steps;
};

async function draw(call, model, engine, input, format) {
  const { prompt, seed, images = [], mask } = input;
  const side = (pixels) => Math.min(MOST_PIXELS, Math.max(SMALLEST_SIDE, pixels));
  const size = { width: side(input.width), height: side(input.height) };
  const bytes = await engine.draw({
    model,
    prompt,
    ...size,
    format,
    seed,
    images,
    mask,
    signal: call.signal,
  });
  return { bytes, neurons: neuronsFor(model, { ...size, steps: input.steps }) };
}

/** The Stable Diffusion family: a PNG; from text, from an image, or into the masked part of one. */
export const stableDiffusion = {
  method: "draw",
  async answer(call, model, [engine]) {
    const read = readFields(call.inputs, model);
    const source =
      readMedia(call, model, "image", { forms: ["numbers"], required: false }) ??
      readMedia(call, model, "image_b64", { forms: ["base64"], required: false });
    const masked = readMedia(call, model, "mask", { forms: ["numbers"], required: false });
    if (model.needsImage && !source) throw badInput(model, "required properties at '/' are 'image'");
    if (model.needsMask && !masked) throw badInput(model, "required properties at '/' are 'mask'");
    const images = source ? [decodedImage(source)] : [];
    const mask = masked && decodedImage(masked);
    const { width = images[0]?.width ?? model.side, height = images[0]?.height ?? model.side } = read;
    const input = { ...read, width, height, steps: read.num_steps, images, mask };
    const { bytes, neurons } = await draw(call, model, engine, input, "png");
    return bytesReply(bytes, "image/png", neurons, engine);
  },
};

/** Leonardo Phoenix: a JPEG. */
export const phoenix = {
  method: "draw",
  async answer(call, model, [engine]) {
    const read = readFields(call.inputs, model);
    const { bytes, neurons } = await draw(call, model, engine, { ...read, steps: read.num_steps }, "jpeg");
    return bytesReply(bytes, "image/jpeg", neurons, engine);
  },
};

const asJson = async (call, model, engine, input) => {
  const { bytes, neurons } = await draw(call, model, engine, input, "jpeg");
  return jsonReply({ image: toBase64(bytes) }, neurons, engine);
};

/** Leonardo Lucid Origin: base64 in JSON. */
export const lucid = {
  method: "draw",
  async answer(call, model, [engine]) {
    const read = readFields(call.inputs, model);
    return asJson(call, model, engine, { ...read, steps: read.steps ?? read.num_steps ?? 1 });
  },
};

/** FLUX.1: base64 in JSON, always square. */
export const flux1 = {
  method: "draw",
  async answer(call, model, [engine]) {
    const read = readFields(call.inputs, model);
    return asJson(call, model, engine, { ...read, width: 1024, height: 1024 });
  },
};

/** FLUX.2: multipart in, even for a mere prompt; base64 in JSON out. */
export const flux2 = {
  method: "draw",
  takesBody: true,
  async answer(call, model, [engine]) {
    if (call.gateway)
      throw new ServiceError(8001, "Invalid input: multipart is not supported through AI Gateway");
    const form = await readForm(multipartOf(call, model));
    const fields = Object.fromEntries([...form].filter(([, value]) => typeof value === "string"));
    for (const name of FLUX2_NUMBERS) if (fields[name]?.trim()) fields[name] = Number(fields[name]);
    const read = readFields(fields, model);
    const images = [];
    for (const name of FLUX2_IMAGES) {
      const file = form.get(name);
      if (file && typeof file !== "string") images.push(await inputImage(file, name, model));
    }
    return asJson(call, model, engine, { ...read, images });
  },
};

/** The form: the body itself, or base64 in the binding's `multipart`. */
function multipartOf(call, model) {
  if (call.raw && /^multipart\//i.test(call.raw.contentType)) return call.raw;
  if (call.raw || call.face === "rest") throw badInput(model, "required properties at '/' are 'multipart'");
  return readMedia(call, model, "multipart", { forms: ["wrapped"] });
}

async function inputImage(file, name, model) {
  const image = decodedImage({ bytes: new Uint8Array(await file.arrayBuffer()) });
  if (image.width > LARGEST_INPUT_SIDE || image.height > LARGEST_INPUT_SIDE)
    throw badInput(model, `'/${name}' must be at most ${LARGEST_INPUT_SIDE}x${LARGEST_INPUT_SIDE} pixels`);
  return image;
}
