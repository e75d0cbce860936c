/**
 * The stream fixtures for the suites: as a module, because not every runtime can read files, and as canned
 * replies of the local service, so that they are also received over a real connection.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../../tools/setup/process.mjs";

const FIXTURES = path.join(root, "tests", "fixtures");
const STREAMS = "text_generation";
const FOLDER = path.join(FIXTURES, STREAMS);

/** The model for which the local service answers with a fixture, by the fixture's name. */
const modelOf = (name) => `@cf/fixture/${name}`;

/** @returns {Promise<{ name: string, model: string, body: Buffer, expected: object }[]>} */
export async function readFixtures() {
  const names = (await readdir(FOLDER))
    .filter((file) => file.endsWith(".sse"))
    .map((file) => file.slice(0, -4));
  return Promise.all(
    names.sort().map(async (name) => ({
      name,
      model: modelOf(name),
      body: await readFile(path.join(FOLDER, `${name}.sse`)),
      expected: JSON.parse(await readFile(path.join(FOLDER, `${name}.json`), "utf8")),
    })),
  );
}

/**
 * Writes the replies that are parsed in every runtime and natively, with their expected results.
 *
 * @param {string} file the module that the suites import
 */
export async function writeReplyModule(file) {
  const replies = await readFile(path.join(FOLDER, "replies.json"), "utf8");
  await writeFile(file, `export default ${replies}`);
}

/** @param {string} file the module that the suites import */
export async function writeFixtureModule(file) {
  const items = (await readFixtures()).map(({ body, ...rest }) => ({
    ...rest,
    base64: body.toString("base64"),
  }));
  await writeFile(file, `export default ${JSON.stringify(items, undefined, 2)};\n`);
}

/**
 * Writes the exchanges of all other tasks.
 *
 * @param {string} file the module that the suites import
 */
export async function writeExchangeModule(file) {
  const files = (await readdir(FIXTURES, { recursive: true }))
    .filter((name) => name.endsWith(".json") && !name.startsWith(STREAMS))
    .sort();
  const exchanges = await Promise.all(
    files.map(async (name) => ({
      name: name.slice(0, -5).split(path.sep).join("/"),
      ...JSON.parse(await readFile(path.join(FIXTURES, name), "utf8")),
    })),
  );
  await writeFile(file, `export default ${JSON.stringify(exchanges)};\n`);
}

/** @returns {Promise<Record<string, object>>} for the local service's option `routes` */
export async function fixtureRoutes() {
  const routes = {};
  for (const { model, body } of await readFixtures()) {
    routes[model] = { contentType: "text/event-stream", body: new Uint8Array(body) };
  }
  return routes;
}
