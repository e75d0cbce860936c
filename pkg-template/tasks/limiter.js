// The client's own limits: a call waits for its turn before each request, and its reply is heard. Whose turn it is the wasm decides, see
// src/limiter/mod.rs; here is what only JavaScript can: to wait, and to listen.

import { Limiter } from "./limiter-ask.js";
import { listen } from "./limiter-reply.js";
import { outlineOf } from "./outline.js";

/** Encoded media is no text. */
const MEDIA = /^(?:data:|[A-Za-z0-9+/=_-]{1024})/;
const DEPTH = 16;
const NOTHING = { characters: 0, maxTokens: "" };

/**
 * Waits until a call may make a request; then its reply will be heard.
 *
 * Each call sleeps by itself and asks again: in a Worker each belongs to a request of its own, and must not be woken by another.
 */
export async function takeTurn(call) {
  const { client, guard, facts } = call;
  const { model } = facts;
  // The catalogue, files and the like have no published limit.
  if (model === undefined) return;
  let limiter;
  let ticket = 0;
  try {
    limiter = limiterOf(client);
    const size = limiter.countsTokens ? sizeOf(call) : NOTHING;
    for (;;) {
      if (guard.isOver) throw guard.reason;
      const turn = limiter.ask(ticket, size, model);
      ticket = turn.ticket ?? 0;
      if (ticket === 0) return listen(call, limiter, turn);
      await guard.sleep(turn.wait);
    }
  } catch (error) {
    if (ticket !== 0) limiter.leave(ticket, model);
    throw error;
  }
}

/** The limiter of a client, made at its first call. */
function limiterOf({ limiter: own }) {
  own.limiter ??= new Limiter(outlineOf(own.given));
  return own.limiter;
}

/** How much a call asks for, as far as can be said. */
function sizeOf(call) {
  call.size ??= measured(call.outgoing);
  return call.size;
}

function measured({ inputs, text }) {
  const input = text === undefined ? inputs : JSON.parse(text);
  const most = input?.max_tokens ?? input?.max_completion_tokens ?? input?.max_output_tokens;
  return { characters: charactersOf(input, 0), maxTokens: Number.isFinite(most) ? most : "" };
}

/** Characters of the texts in an input. */
function charactersOf(value, depth) {
  if (typeof value === "string") return MEDIA.test(value) ? 0 : value.length;
  if (typeof value !== "object" || value === null || depth > DEPTH || ArrayBuffer.isView(value)) return 0;
  // Numbers by the million are no text.
  if (typeof value[0] === "number") return 0;
  return Object.values(value).reduce((sum, member) => sum + charactersOf(member, depth + 1), 0);
}
