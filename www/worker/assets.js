// The pages' files, from two folders on disk: the demo's own, and the built package. On Cloudflare both would be static assets.

import { pageAt } from "../pages.js";
import { IMPORT_MAP, shell } from "./shell.js";

const TYPES = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
};
/** Where a path below each prefix lies. Nothing else is served. */
const PLACES = [
  ["/workers-ai-wasm/", "PACKAGE", /^[\w-]+\.js$/],
  ["/catalog/", "CATALOG", /^shapes\.json$/],
  ["/", "SITE", /^(style\.css|pages\.js|(lib|pages)\/[\w/-]+\.js)$/],
];
const HEADERS = { "cache-control": "no-cache", "x-content-type-options": "nosniff" };

/** The file or page at a URL, or null. */
export async function asset(url, env) {
  const page = pageAt(url.pathname);
  if (page) {
    const headers = {
      ...HEADERS,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": await policy(url),
    };
    return new Response(shell(page), { headers });
  }
  const [prefix, folder, served] = PLACES.find(([start]) => url.pathname.startsWith(start));
  const path = url.pathname.slice(prefix.length);
  if (!served.test(path)) return null;
  const file = await env[folder].fetch(`http://disk/${path}`);
  if (!file.ok) return null;
  return new Response(file.body, { headers: { ...HEADERS, "content-type": TYPES[path.split(".").at(-1)] } });
}

let hash;

/** Only our own scripts, WebAssembly, and the one inline script, the import map, by its hash; media that the page makes itself. */
async function policy({ host }) {
  hash ??= await crypto.subtle.digest("SHA-256", new TextEncoder().encode(IMPORT_MAP));
  const source = `'sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}'`;
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' ${source}`,
    // Not every browser counts WebSockets as 'self'.
    `connect-src 'self' ws://${host}`,
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join("; ");
}
