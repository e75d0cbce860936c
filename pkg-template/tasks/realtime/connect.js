// `connect`: a WebSocket to a model, through the binding or over HTTP.

import { Call, failure, tell, tokenOf } from "../../core.js";
import { addressOf, parametersOf } from "../ask.js";
import { takeTurn } from "../limiter.js";
import { wayOf } from "../media/way.js";
import { outlineOf } from "../outline.js";
import { Connection } from "./connection.js";
import { means } from "./means.js";

/** Milliseconds in which a connection must open, if the caller sets no limit of its own. */
const OPENING = 30_000;

export async function connect(client, model, parameters = {}, options = undefined) {
  const call = new Call(client, model, parameters, options, () => ({ replayable: true }));
  const { guard, facts } = call;
  if (facts.timeouts.total === undefined) facts.timeouts.firstByte ??= OPENING;
  try {
    Object.assign(facts, { rawResponse: false, websocket: true });
    const { query, inputs } = parametersOf(wayOf(client, options), model, outlineOf(parameters));
    call.outgoing = { inputs, query, replayable: true };
    const connection = await opened(call);
    guard.releaseTimers();
    return connection;
  } catch (error) {
    guard.release();
    throw error;
  }
}

function opened(call) {
  if (call.isBinding) {
    call.facts.binding = { ...call.facts.binding, websocket: true };
    return upgraded(call);
  }
  const by = means();
  return by === "fetch" ? byFetch(call) : bySocket(call, by);
}

/** By a reply that has the socket in it. */
async function upgraded(call) {
  const reply = await call.send();
  const socket = reply.response?.webSocket;
  if (typeof socket?.accept !== "function") {
    reply.discard();
    throw call.malformed("The service gave no WebSocket. Is it a realtime model?");
  }
  const connection = new Connection(call, socket, metaOf(call, call.meta(reply)));
  socket.accept();
  return connection;
}

function byFetch(call) {
  const { model } = call.facts;
  call.plan = (token, about) => {
    const planned = Call.prototype.plan.call(call, token, about);
    const { url, headers } = addressOf("fetch", model, JSON.stringify(planned));
    return { ...planned, url, headers: { ...headers, upgrade: "websocket" }, method: "GET" };
  };
  return upgraded(call);
}

async function bySocket(call, by) {
  const { client, guard, facts, outgoing } = call;
  const hooks = client.hooks ?? {};
  if (client.limiter) await takeTurn(call);
  guard.attempt();
  const token = await tokenOf(call);
  const planned = call.plan(token, JSON.stringify({ query: outgoing.query }));
  const { url, headers, protocols } = addressOf(by, facts.model, JSON.stringify(planned));
  const about = { attempt: guard.attempts, door: facts.door, model: facts.model };
  tell(hooks.onRequest, about);
  const { WebSocket } = globalThis;
  let socket;
  try {
    socket = by === "headers" ? new WebSocket(url, { headers, protocols }) : new WebSocket(url, protocols);
  } catch (cause) {
    throw failure("CONFIG", "The address of the service is none for a WebSocket.", {
      field: "baseURL",
      cause,
    });
  }
  const connection = new Connection(call, socket, call.meta({ describe() {} }));
  try {
    await guard.until(connection.opened);
  } catch (error) {
    connection.close();
    throw error;
  }
  tell(hooks.onResponse, { ...about, status: 101, durationMs: performance.now() - call.startedAt });
  metaOf(call, connection.meta);
  return connection;
}

function metaOf(call, meta) {
  meta.durationMs = performance.now() - call.startedAt;
  return meta;
}
