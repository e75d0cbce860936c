/** Bytes of a text in UTF-8, in which the service counts. */
export const bytesOf = (text) => new TextEncoder().encode(text).length;
