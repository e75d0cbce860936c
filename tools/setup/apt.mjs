/** Debian packages, for the machines where this is ours to do: Debian's family, as root. */
import { announce, step, which } from "./process.mjs";

let listsAreFresh = false;

/** Whether packages can be installed here without asking anybody. */
export function canInstall() {
  return process.platform === "linux" && process.getuid?.() === 0 && which("apt-get") !== undefined;
}

/** @param {string} name the Debian package */
export async function install(name) {
  announce(`installing ${name} with apt-get`);
  const advice = `Install the package "${name}" by hand, then repeat the command.`;
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  if (!listsAreFresh) await step("apt-get", ["update"], advice, options);
  listsAreFresh = true;
  await step("apt-get", ["install", "--yes", "--no-install-recommends", name], advice, options);
}
