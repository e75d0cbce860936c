// Takes out of messages what they repeat of the caller's input: the service may well quote a prompt when it complains of one.

/** Shorter runs are names and settings, which a message may repeat. */
const LEAST = 12;

/** A message with `[input]` for every run of characters that it shares with one of the texts. */
export function withhold(message, texts) {
  let clean = "";
  for (let at = 0; at < message.length; ) {
    const shared = sharedFrom(message, at, texts);
    clean += shared > 0 ? "[input]" : message[at];
    at += shared || 1;
  }
  return clean;
}

function sharedFrom(message, at, texts) {
  let length = LEAST;
  if (at + length > message.length) return 0;
  const within = (text) => text.includes(message.slice(at, at + length));
  const text = texts.find(within);
  if (text === undefined) return 0;
  while (at + length < message.length && text.includes(message.slice(at, at + length + 1))) length++;
  return length;
}

/** The texts of an input, each on one line as messages are. */
export function textsOf(input) {
  const texts = [];
  collect(input, 0, texts);
  return texts;
}

function collect(value, depth, texts) {
  if (typeof value === "string") {
    // A megabyte of base64 is nothing that a message quotes.
    const line = value
      .slice(0, 100_000)
      .replace(/[\0- \x7f-\xa0\u2028\u2029\u3000]+/g, " ")
      .trim();
    if (line.length >= LEAST) texts.push(line);
  } else if (typeof value === "object" && value !== null && depth < 8 && !ArrayBuffer.isView(value)) {
    // Numbers by the million are no text.
    if (typeof value[0] === "number") return;
    const members = typeof value.getAll === "function" ? [...value].flat() : Object.values(value);
    for (const member of members) collect(member, depth + 1, texts);
  }
}
