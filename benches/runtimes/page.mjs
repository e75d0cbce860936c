/** The driver's main file in a browser; the page defines the functions. */
import { drive } from "./driver.mjs";

try {
  await drive(globalThis.benchSettings, (line) => globalThis.benchLine(line));
  await globalThis.benchEnd(null);
} catch (error) {
  await globalThis.benchEnd(String(error?.stack ?? error));
}
