// The formats that can be converted, by extension.

const ROWS = {
  "application/pdf": ".pdf",
  "image/jpeg": ".jpeg .jpg",
  "image/png": ".png",
  "image/webp": ".webp",
  "image/svg+xml": ".svg",
  "image/gif": ".gif",
  "image/bmp": ".bmp",
  "text/html": ".html .htm",
  "application/xml": ".xml",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
  "application/vnd.ms-excel.sheet.macroenabled.12": ".xlsm",
  "application/vnd.ms-excel.sheet.binary.macroenabled.12": ".xlsb",
  "application/vnd.ms-excel": ".xls .et",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
  "application/vnd.oasis.opendocument.spreadsheet": ".ods",
  "application/vnd.oasis.opendocument.text": ".odt",
  "text/csv": ".csv",
  "application/vnd.apple.numbers": ".numbers",
};

/** `[{ extension, mimeType }]`, as the service lists them. */
export const SUPPORTED = Object.entries(ROWS).flatMap(([mimeType, extensions]) =>
  extensions.split(" ").map((extension) => ({ extension, mimeType })),
);

/** Other names that the same formats go by. */
const ALIASES = { "text/xml": "application/xml", "image/jpg": "image/jpeg" };

/** The format of a file as a mime type of the list, by its type, else by its name; null if it is none of them. */
export function formatOf(name, type) {
  const plain = (type ?? "").split(";")[0].trim().toLowerCase();
  const known = ALIASES[plain] ?? plain;
  if (known in ROWS) return known;
  if (known !== "" && known !== "application/octet-stream") return null;
  const extension = /\.[a-z0-9]+$/.exec(name.toLowerCase())?.[0];
  return SUPPORTED.find((entry) => entry.extension === extension)?.mimeType ?? null;
}
