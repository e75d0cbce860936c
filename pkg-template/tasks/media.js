// What a model has made: bytes, and the forms in which programs want them.

import { named } from "../names.js";
import { encodeBase64 } from "../workers_ai_tasks.js";

export class Media {
  constructor(bytes, mediaType) {
    this.bytes = bytes;
    this.mediaType = mediaType;
  }

  blob() {
    return new Blob([this.bytes], { type: this.mediaType });
  }

  dataURL() {
    return `data:${this.mediaType.replaceAll(/\s/g, "")};base64,${this.base64()}`;
  }

  base64() {
    return encodeBase64(this.bytes);
  }

  response(init) {
    const headers = new Headers(init?.headers);
    if (!headers.has("content-type")) headers.set("content-type", this.mediaType);
    return new Response(this.bytes, { ...init, headers });
  }

  stream() {
    return this.blob().stream();
  }
}

named({ Media });
