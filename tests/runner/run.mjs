/** Builds, packs, installs, then runs the stages and sums their counts. */
import { build } from "../../tools/build.mjs";
import { createConsumer } from "./consumer.mjs";
import { printStage } from "./report.mjs";
import { startServers } from "./servers.mjs";
import { STAGES } from "./stages.mjs";
import { failedOutright } from "./tally.mjs";

const CREDENTIALS = /^(?:CLOUDFLARE|WORKERS_AI_LOCAL|OPENAI)_/;

/**
 * @param {Record<string, string>} programs the paths of the runtimes, by name
 * @param {string[]} args names of stages, none for all
 * @returns {Promise<number>} the exit code
 */
export async function runTests(programs, args) {
  if (args.includes("--list")) {
    for (const { name, title } of STAGES) console.log(`${name.padEnd(14)} ${title}`);
    return 0;
  }
  const unknown = args.filter((arg) => !STAGES.some(({ name }) => name === arg));
  if (unknown.length > 0) {
    console.error(
      `No such stage: ${unknown.join(", ")}. One of ${STAGES.map(({ name }) => name).join(", ")}.`,
    );
    return 2;
  }
  const stages = args.length > 0 ? STAGES.filter(({ name }) => args.includes(name)) : STAGES;

  // The developer's credentials must not affect the tests.
  for (const name of Object.keys(process.env)) if (CREDENTIALS.test(name)) delete process.env[name];
  await build();
  const consumer = await createConsumer();
  const servers = await startServers(consumer);
  let passed = 0;
  let failed = 0;
  try {
    for (const tally of await runAll(stages, { programs, consumer, servers })) {
      passed += tally.passed;
      failed += tally.failed;
    }
  } finally {
    await servers.close();
    await consumer.remove();
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Runs two stages at a time. cargo locks its target folder, so only one of its stages runs at a time. */
async function runAll(stages, environment) {
  const waiting = [...stages];
  const tallies = [];
  const work = async (mayUseCargo) => {
    for (;;) {
      const at = waiting.findIndex(({ cargo }) => cargo === mayUseCargo);
      // A worker without stages of its kind left takes one of the other kind, except that only one may run
      // cargo.
      const next = at >= 0 ? at : waiting.findIndex(({ cargo }) => !cargo);
      if (next < 0) return;
      const [stage] = waiting.splice(next, 1);
      tallies.push(await runStage(stage, environment));
    }
  };
  await Promise.all([work(true), work(false)]);
  return tallies;
}

async function runStage(stage, environment) {
  const startedAt = performance.now();
  let tally;
  try {
    tally = await stage.run(environment);
    // A stage without any test has failed.
    if (tally.passed + tally.failed === 0) tally = failedOutright("no test ran", tally.output);
  } catch (error) {
    tally = failedOutright(`the stage broke: ${error.stack ?? error}`);
  }
  printStage(stage.title, tally, performance.now() - startedAt);
  return tally;
}
