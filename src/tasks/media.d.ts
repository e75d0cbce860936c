/** Bytes, in any of their forms. */
export type BytesLike = Uint8Array | ArrayBuffer | ArrayBufferView | Blob | ReadableStream<Uint8Array>;

/**
 * An image, a recording or a film, in any form: bytes, a `Blob` or `File`, a stream, a `Response`, base64 or a data URL, or an
 * array of bytes as numbers. It goes to the service in the form that the model takes.
 */
export type MediaInput = BytesLike | Response | string | readonly number[];

/** An input that is sent as a body of its own, with its type, as the binding has it. */
export interface RawInput {
  body: BytesLike | FormData | string;
  contentType?: string;
}

/** An image or a recording that a model has made. Everything here is at hand: nothing waits. */
export interface Media {
  /** Its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its type, such as `"image/png"`: what the bytes are, whatever the service calls them. */
  readonly mediaType: string;
  /** As a `Blob`. */
  blob(): Blob;
  /** As a URL for `src`: `data:image/png;base64,…`. */
  dataURL(): string;
  /** As base64. */
  base64(): string;
  /** As a response to a browser. */
  response(init?: ResponseInit): Response;
  /** As a stream. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** What a model has made, with what the service said and how the answer came about. */
export interface MediaResult extends Media {
  /** What the service said: its JSON, or `undefined` where it gave bytes. */
  readonly raw: any;
  /** How the answer came about. */
  readonly meta: Meta;
}
