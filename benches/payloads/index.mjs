/**
 * The payloads: `{ tokens, text, events }`, where `events` are the data of the server-sent events, `tokens`
 * the texts of the deltas, and `text` the whole text.
 */
import { chat } from "./chat.mjs";
import { legacy } from "./legacy.mjs";
import { tools } from "./tools.mjs";

export const PAYLOADS = { legacy, chat, tools };
