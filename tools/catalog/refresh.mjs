/**
 * `npm run catalog`: updates `src/catalog/models.json` from the service's own list, and prints the changes.
 * Facts that only the table has are kept. Needs `CLOUDFLARE_ACCOUNT_ID` and `CLOUDFLARE_API_TOKEN`
 * (permission "Workers AI Read").
 *
 *     npm run catalog -- --check     changes nothing; fails if there are changes
 *     npm run catalog -- --api URL   another API than Cloudflare's, such as that of the local service
 *     npm run catalog -- --file PATH another table
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { formatCatalog, mergeCatalog } from "./merge.mjs";

const TABLE = fileURLToPath(new URL("../../src/catalog/models.json", import.meta.url));
const PER_PAGE = 100;
const MOST_PAGES = 100;

/**
 * @param {object} settings
 * @param {string} settings.api up to `/client/v4`
 * @param {string} settings.accountId
 * @param {string} settings.apiToken
 * @returns {Promise<object[]>} the models as the service lists them
 */
export async function listModels({ api, accountId, apiToken }) {
  const models = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const url = `${api}/accounts/${accountId}/ai/models/search?include_deprecated=true&per_page=${PER_PAGE}&page=${page}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${apiToken}` } });
    const body = await response.json().catch(() => undefined);
    if (!response.ok || !Array.isArray(body?.result)) {
      const reason = body?.errors?.[0]?.message ?? "no list";
      throw new Error(`The service did not give its models (status ${response.status}): ${reason}`);
    }
    models.push(...body.result);
    const total = body.result_info?.total_count ?? 0;
    if (body.result.length === 0 || models.length >= total) return models;
  }
  throw new Error(`The list does not end after ${MOST_PAGES} pages.`);
}

/**
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @param {(line: string) => void} print
 * @returns {Promise<number>} the exit status
 */
export async function refresh(args, env, print) {
  const { values } = parseArgs({
    args,
    options: {
      check: { type: "boolean", default: false },
      api: { type: "string", default: "https://api.cloudflare.com/client/v4" },
      file: { type: "string", default: TABLE },
    },
  });
  const { CLOUDFLARE_ACCOUNT_ID: accountId, CLOUDFLARE_API_TOKEN: apiToken } = env;
  if (!accountId || !apiToken) {
    print("Set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN first: the list is the service's.");
    return 2;
  }
  const text = await readFile(values.file, "utf8");
  const before = JSON.parse(text);
  const live = await listModels({ api: values.api, accountId, apiToken });
  const active = before.models.filter(({ status }) => status === "active").length;
  if (live.length < active / 2) {
    print(
      `The service lists ${live.length} models, the table has ${active} active ones: nothing is changed.`,
    );
    return 1;
  }
  const { table, changes } = mergeCatalog(before, live, new Date().toISOString().slice(0, 10));
  for (const line of changes) print(line);
  const real = changes.filter((line) => !line.startsWith("?")).length;
  print(`${live.length} models listed; ${real === 0 ? "nothing has changed" : `${real} changes`}.`);
  if (values.check) return real === 0 ? 0 : 1;
  if (real > 0) {
    await writeFile(values.file, formatCatalog(table));
    print(`Written: ${path.relative(process.cwd(), values.file)}`);
  }
  return 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.exitCode = await refresh(process.argv.slice(2), process.env, (line) => console.log(line));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
