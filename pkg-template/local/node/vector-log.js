// Stores an index as a file: its properties in the first line, then a line per change. The file is appended
// to, and rewritten when most of its lines are obsolete.

import { open, readFile, rename, writeFile } from "node:fs/promises";

/** Obsolete lines per vector at which the file is rewritten. */
const MOST_STALE = 4;

/**
 * @param {string} path
 * @param {{ dimensions: number, metric: string }} facts of the index
 * @returns {Promise<{ entries: object[], log: { append(entry: object): Promise<void>, close(): Promise<void> } }>}
 */
export async function openLog(path, facts) {
  const lines = (await readFile(path, "utf8").catch(absent)).split("\n");
  // A last line without its end was interrupted by the end of the program.
  const unfinished = lines.pop();
  const [first, ...rest] = lines.map((line, index) => parsed(line, path, index));
  if (first && (first.dimensions !== facts.dimensions || first.metric !== facts.metric))
    throw new Error(
      `${path} is an index of ${first.dimensions} dimensions and the metric ${first.metric}, not of ${facts.dimensions} and ${facts.metric}`,
    );
  const entries = compact(rest);
  if (!first || entries !== rest || unfinished !== "") {
    const next = `${path}.${crypto.randomUUID()}.tmp`;
    const text = [facts, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join("");
    await writeFile(next, text, { mode: 0o600 });
    await rename(next, path);
  }
  const file = await open(path, "a", 0o600);
  let writing = Promise.resolve();
  return {
    entries,
    log: {
      append(entry) {
        const written = writing.then(() => file.appendFile(`${JSON.stringify(entry)}\n`));
        writing = written.catch(() => {});
        return written;
      },
      async close() {
        await writing;
        await file.close();
      },
    },
  };
}

/** The changes, or fewer that are equivalent. */
function compact(entries) {
  const current = new Map();
  let written = 0;
  for (const { put = [], remove = [] } of entries) {
    written += put.length + remove.length;
    for (const vector of put) current.set(vector.id, vector);
    for (const id of remove) current.delete(id);
  }
  if (written <= MOST_STALE * Math.max(100, current.size)) return entries;
  const { mutation, at } = entries.at(-1);
  return [{ put: [...current.values()], mutation, at }];
}

function absent(error) {
  if (error.code !== "ENOENT") throw error;
  return "";
}

function parsed(line, path, index) {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`${path} is no index of createLocalVectorize: line ${index + 1} can't be read`, {
      cause: error,
    });
  }
}
