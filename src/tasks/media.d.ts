/** Bytes, in any of their forms. */
export type BytesLike = Uint8Array | ArrayBuffer | ArrayBufferView | Blob | ReadableStream<Uint8Array>;

/**
 * An image, a recording or a video, in any form: bytes, a `Blob` or `File`, a stream, a `Response`, base64 or
 * a data URL, or an array of bytes as numbers. It is converted to the form that the model accepts.
 */
export type MediaInput = BytesLike | Response | string | readonly number[];

/** An input that is sent as the whole body, with its type, in the binding's form. */
export interface RawInput {
  body: BytesLike | FormData | string;
  contentType?: string;
}

/** A generated image or recording. All methods are synchronous. */
export interface Media {
  /** Its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its type, such as `"image/png"`: determined by the bytes, not by the service's content type. */
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

/** Generated media with the raw response and the metadata of the request. */
export interface MediaResult extends Media {
  /** The raw response of the service: its JSON, or `undefined` if it sent bytes. */
  readonly raw: any;
  /** The metadata of the request. */
  readonly meta: Meta;
}
