/** An image of five megabytes, in base64 inside a JSON answer. */
import Cloudflare from "cloudflare";
import { WorkersAI } from "workers-ai-wasm";
import { ACCOUNT, answering, enveloped } from "./stub.mjs";

const MODEL = "@cf/black-forest-labs/flux-1-schnell";
const BYTES = 5_000_000;

export function image() {
  const picture = new Uint8Array(BYTES);
  for (let at = 0; at < BYTES; at++) picture[at] = Math.imul(at, 2_654_435_761) >>> 13;
  picture.set([0xff, 0xd8, 0xff]);
  const { fetch, body } = answering(enveloped({ image: Buffer.from(picture).toString("base64") }));
  const ours = new WorkersAI({ accountId: ACCOUNT, apiToken: "t", fetch });
  const theirs = new Cloudflare({ apiToken: "t", fetch });
  const base64 = async () => (await new Response(body).json()).result.image;
  const contenders = {
    ours: async () => (await ours.generateImage(MODEL, "a cat")).bytes,
    "Uint8Array.from(atob)": async () =>
      Uint8Array.from(atob(await base64()), (character) => character.charCodeAt(0)),
    "Buffer.from": async () => Buffer.from(await base64(), "base64"),
    "cloudflare + Buffer.from": async () => {
      const { image } = await theirs.ai.run(MODEL, { account_id: ACCOUNT, prompt: "a cat" });
      return Buffer.from(image, "base64");
    },
  };
  if (typeof Uint8Array.fromBase64 === "function") {
    contenders["Uint8Array.fromBase64"] = async () => Uint8Array.fromBase64(await base64());
  }
  return {
    name: "a picture of 5 MB",
    contenders,
    same: (bytes) => Buffer.compare(bytes, picture) === 0,
    goals: { "Uint8Array.from(atob)": 50 },
  };
}
