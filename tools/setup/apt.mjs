/** Installs Debian packages, where that is permitted: on Debian-based systems, as root. */
import { announce, step, which } from "./process.mjs";

let listsAreFresh = false;

/** True if packages can be installed without asking for a password. */
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
