// Something to try a page with, made on the spot.

import { ai } from "./client.js";

/** A picture of a lighthouse by the sea. */
export const lighthouse = () => drawn("lighthouse.png", 512, 384, paintLighthouse);

/** Its mask: the sky, white, is to be painted anew. */
export const skyMask = () =>
  drawn("mask.png", 512, 384, (context) => {
    context.fillStyle = "black";
    context.fillRect(0, 0, 512, 384);
    context.fillStyle = "white";
    context.fillRect(0, 0, 260, 240);
  });

/** A sentence, spoken by a model of the service itself. */
export async function spokenSentence() {
  const speech = await ai.generateSpeech("@cf/deepgram/aura-1", {
    text: "The lighthouse keeper trims the wick twice a night.",
    encoding: "linear16",
    container: "wav",
  });
  return new File([speech.blob()], "sentence.wav", { type: speech.mediaType });
}

async function drawn(name, width, height, paint) {
  const canvas = new OffscreenCanvas(width, height);
  paint(canvas.getContext("2d"));
  return new File([await canvas.convertToBlob({ type: "image/png" })], name, { type: "image/png" });
}

function paintLighthouse(context) {
  const sky = context.createLinearGradient(0, 0, 0, 260);
  sky.addColorStop(0, "#26466d");
  sky.addColorStop(1, "#f2b880");
  paintArea(context, sky, 0, 0, 512, 260);
  const sea = context.createLinearGradient(0, 240, 0, 384);
  sea.addColorStop(0, "#3f7396");
  sea.addColorStop(1, "#143347");
  paintArea(context, sea, 0, 240, 512, 144);
  context.fillStyle = "#fff3d0";
  shape(context, [330, 92], [0, 40], [0, 150]);
  context.fillStyle = "#3c3a38";
  shape(context, [230, 384], [512, 384], [512, 270], [400, 250], [300, 290]);
  for (let band = 0; band < 6; band++) {
    context.fillStyle = band % 2 === 0 ? "#f4f1ea" : "#c8372d";
    const [top, bottom] = [110 + band * 26, 136 + band * 26];
    const half = (y) => 22 + (y - 110) * 0.09;
    shape(
      context,
      [350 - half(top), top],
      [350 + half(top), top],
      [350 + half(bottom), bottom],
      [350 - half(bottom), bottom],
    );
  }
  paintArea(context, "#2b2b2e", 324, 104, 52, 7);
  paintArea(context, "#ffe9a8", 335, 80, 30, 24);
  context.fillStyle = "#c8372d";
  shape(context, [330, 80], [350, 58], [370, 80]);
}

function paintArea(context, style, ...rectangle) {
  context.fillStyle = style;
  context.fillRect(...rectangle);
}

function shape(context, ...points) {
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.fill();
}
