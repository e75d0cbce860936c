/**
 * The streams that are read: `{ tokens, text, events }`, where `events` are the data of the server-sent events, `tokens`
 * what the deltas say one by one, and `text` the whole text.
 */
import { chat } from "./chat.mjs";
import { legacy } from "./legacy.mjs";
import { tools } from "./tools.mjs";

export const PAYLOADS = { legacy, chat, tools };
