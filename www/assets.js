// The page's files. They are embedded in the Worker as text, the built package among them.

import chat from "page/chat.js";
import packageCore from "page/core.js";
import page from "page/index.html";
import packageIndex from "page/index.js";
import packageInflate from "page/inflate.js";
import models from "page/models.js";
import style from "page/style.css";
import packageTasks from "page/tasks.js";
import packageTasksInlined from "page/tasks-inlined.js";
import packageVectors from "page/vectors.js";
import packageVectorsInlined from "page/vectors-inlined.js";

const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";

const FILES = new Map([
  ["/", [page, HTML]],
  ["/chat.js", [chat, SCRIPT]],
  ["/models.js", [models, SCRIPT]],
  ["/style.css", [style, "text/css; charset=utf-8"]],
  ["/workers-ai-wasm/index.js", [packageIndex, SCRIPT]],
  ["/workers-ai-wasm/core.js", [packageCore, SCRIPT]],
  ["/workers-ai-wasm/inflate.js", [packageInflate, SCRIPT]],
  ["/workers-ai-wasm/tasks.js", [packageTasks, SCRIPT]],
  ["/workers-ai-wasm/tasks-inlined.js", [packageTasksInlined, SCRIPT]],
  ["/workers-ai-wasm/vectors.js", [packageVectors, SCRIPT]],
  ["/workers-ai-wasm/vectors-inlined.js", [packageVectorsInlined, SCRIPT]],
]);

/** The file at a path, or null. */
export async function asset(path) {
  const file = FILES.get(path);
  if (!file) return null;
  const [text, type] = file;
  const headers = { "content-type": type, "cache-control": "no-cache", "x-content-type-options": "nosniff" };
  if (type === HTML) headers["content-security-policy"] = await policy(text);
  return new Response(text, { headers });
}

/** Only our own scripts, WebAssembly, and the one inline script, the import map, by its hash. */
async function policy(html) {
  const inline = /<script type="importmap">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(inline)));
  const source = `'sha256-${btoa(String.fromCharCode(...hash))}'`;
  return `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${source}; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`;
}
