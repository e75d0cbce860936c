// Every page of the demo: its path is its name, and its module is pages/<name>.js. The Worker and the browser both read this list.

export const PAGES = [
  { name: "chat", title: "Chat", group: "Text", task: "text-generation" },
  { name: "rerank", title: "Rerank", group: "Text", task: "text-classification" },
  { name: "classify", title: "Classify text", group: "Text", task: "text-classification" },
  { name: "summarize", title: "Summarize", group: "Text", task: "summarization" },
];

export const FIRST = PAGES[0];

/** The page at a path, or undefined. `/` is the first one. */
export const pageAt = (path) =>
  PAGES.find(({ name }) => path === `/${name}`) ?? (path === "/" ? FIRST : undefined);

export const pathOf = (page) => (page === FIRST ? "/" : `/${page.name}`);
