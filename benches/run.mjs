/**
 * `npm run bench`: how fast the package reads streams, compared with other clients. See README.md in this
 * folder.
 *
 * Only Node's own modules may be imported here before `ensure` has run.
 */
import { build } from "../tools/build.mjs";
import { ensure, main } from "../tools/setup.mjs";
import { parse } from "./arguments.mjs";

await main(async () => {
  const { runtimes, memory, media, objects, refused, aiSdk, beside, settings } = parse(process.argv.slice(2));
  const parts = ["node-modules", "rust", "wasm-pack", "runtimes"];
  if (runtimes.includes("chromium")) parts.push("chromium");
  const programs = await ensure(parts);
  // A package over a size limit can be measured nevertheless.
  await build();
  if (runtimes.length > 0) {
    const { runStreaming } = await import("./streaming.mjs");
    await runStreaming(programs, runtimes, settings);
  }
  if (memory) {
    const { runMemory } = await import("./memory.mjs");
    await runMemory(programs.node20);
  }
  if (media) {
    const { runMedia } = await import("./media.mjs");
    await runMedia(programs.node20, settings);
  }
  if (objects) {
    const { runObjects } = await import("./objects.mjs");
    await runObjects(programs.node20, settings);
  }
  if (refused) {
    const { runRefused } = await import("./refused.mjs");
    await runRefused(programs.node20, settings);
  }
  if (aiSdk) {
    const { runAISdk } = await import("./ai-sdk.mjs");
    // The SDK requires Node 22.
    await runAISdk(programs.node24, settings);
  }
  if (beside !== undefined) {
    const { runBeside } = await import("./beside.mjs");
    await runBeside(programs.node20, beside, settings);
  }
});
