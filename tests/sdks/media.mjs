/** Small files for the programs. */

const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** One pixel. */
export const png = () =>
  new File(
    [
      bytesOf(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      ),
    ],
    "dot.png",
    { type: "image/png" },
  );
