// `GET /` of the server: a page with its engines, and settings to copy.

import { Answer } from "../streams/answer.js";

const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}" +
  "pre{padding:.8rem;border:1px solid #8884;border-radius:.4rem;overflow:auto}td,th{padding:.1rem 1rem .1rem 0;text-align:left}";

/** @param {{ origin: string, accountId?: string, token?: string, engines: Record<string, string> }} about */
export function frontPage({ origin, accountId, token, engines }) {
  const base = accountId ? `${origin}/client/v4/accounts/${accountId}/ai` : `${origin}/ai`;
  const rows = Object.entries(engines).map(
    ([task, by]) => `<tr><th>${escaped(task)}</th><td>${escaped(by)}</td></tr>`,
  );
  const curl = `curl ${base}/run/@cf/meta/llama-3.3-70b-instruct-fp8-fast \\\n  -H "authorization: Bearer ${token ?? "…"}" -d '{"prompt":"Hello"}'`;
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Workers AI, locally</title>
<style>${STYLE}</style>
<h1>Workers AI, locally</h1>
<p>This server speaks the REST API of Workers AI, OpenAI's interface below <code>/v1</code>, and the upstream of the <code>env.AI</code> binding.</p>
<pre>export WORKERS_AI_BASE_URL=${escaped(base)}
export WORKERS_AI_TOKEN=${escaped(token ?? "…")}</pre>
<pre>${escaped(curl)}</pre>
<h2>Who answers</h2>
<table>${rows.join("")}</table>
</html>
`;
  return new Answer(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
  });
}
