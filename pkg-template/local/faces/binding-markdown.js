// `env.AI.toMarkdown()`: the same requests and results as the runtime's own class.

import { toBase64 } from "../media/base64.js";
import { misuse } from "./binding-errors.js";

const JSON_TYPE = { "content-type": "application/json" };

export class LocalMarkdown {
  #call;

  /** @param {(request: { path: string, init: RequestInit }) => Promise<Response>} call */
  constructor(call) {
    this.#call = call;
  }

  /** One file in, one result out; an array in, an array out. */
  async transform(files, options) {
    const sent = [];
    for (const { name, blob } of [files].flat())
      sent.push({ name, mimeType: blob.type, data: toBase64(new Uint8Array(await blob.arrayBuffer())) });
    const response = await this.#call({
      path: "/to-everything/markdown/transformer",
      init: {
        method: "POST",
        headers: { ...options?.extraHeaders, ...JSON_TYPE },
        body: JSON.stringify({ files: sent, options }),
      },
    });
    const { result, errors } = await response.json();
    if (!response.ok) throw misuse(errors?.[0]?.message ?? "Internal Error");
    if (Array.isArray(files)) return result;
    if (!result[0]) throw misuse("Internal Error Converting files into Markdown");
    return result[0];
  }

  async supported() {
    const init = { method: "GET", headers: JSON_TYPE };
    const response = await this.#call({ path: "/to-everything/markdown/supported", init });
    return (await response.json()).result;
  }
}
