// Generated media: bytes, and their conversions.

import { named, refusal, shownAs } from "../core.js";
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
    try {
      const headers = new Headers(init?.headers);
      if (!headers.has("content-type")) headers.set("content-type", this.mediaType);
      return new Response(this.bytes, { ...init, headers });
    } catch (cause) {
      throw refusal("init", "response takes the status and the headers of a Response; these are none.", {
        cause,
      });
    }
  }

  stream() {
    return this.blob().stream();
  }
}

/** Formats a length as `21.6 kB`. */
function sizeOf(length) {
  const unit = Math.min(Math.max(Math.floor(Math.log10(length + 1) / 3), 0), 3);
  return `${Number((length / 1000 ** unit).toPrecision(3))} ${["bytes", "kB", "MB", "GB"][unit]}`;
}

named({ Media });
shownAs(Media.prototype, function () {
  return `Media ${this.mediaType} ${sizeOf(this.bytes.length)}`;
});
