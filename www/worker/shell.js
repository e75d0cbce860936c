// The HTML that all pages share: the head, the way to the other pages, and an empty main part for the page's own module.

import { FIRST, PAGES, pathOf } from "../pages.js";

export const IMPORT_MAP = JSON.stringify({
  imports: {
    "workers-ai-wasm": "/workers-ai-wasm/index.js",
    "workers-ai-wasm/catalog": "/workers-ai-wasm/catalog.js",
  },
});

const ICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='%23f6821f'/></svg>";

/** @param {{ name: string, title: string }} page */
export const shell = (page) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${page.title} · Workers AI</title>
    <link rel="icon" href="${ICON}" />
    <link rel="stylesheet" href="/style.css" />
    <script type="importmap">${IMPORT_MAP}</script>
    <script type="module" src="/lib/start.js"></script>
  </head>
  <body class="${page === FIRST ? "chat" : "task"}" data-page="${page.name}">
    <a class="skip" href="#main">Skip to the page</a>
    <header>
      <button type="button" class="menu" popovertarget="pages">Pages</button>
      <div class="title">
        <h1>${page.title}</h1>
        <p id="about">Asking who answers…</p>
      </div>
      <div id="tools"></div>
    </header>
    <nav id="pages" popover aria-label="Pages">
${navigation(page)}
    </nav>
    <main id="main" tabindex="-1"></main>
    <div id="status" class="hidden" role="status"></div>
    <noscript>This page needs JavaScript and WebAssembly.</noscript>
  </body>
</html>
`;

function navigation(current) {
  const groups = new Map();
  for (const page of PAGES) groups.set(page.group, [...(groups.get(page.group) ?? []), page]);
  return [...groups].map(([group, pages]) => `      <h2>${group}</h2>\n${list(pages, current)}`).join("\n");
}

function list(pages, current) {
  const items = pages.map((page) => {
    const here = page === current ? ' aria-current="page"' : "";
    return `        <li><a href="${pathOf(page)}"${here}>${page.title}</a></li>`;
  });
  return `      <ul>\n${items.join("\n")}\n      </ul>`;
}
