// The realtime models: over the server's WebSockets, on the object, and through the genuine binding.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { createLocalAI, createLocalHandler, serveLocalAI } from "../../../pkg-template/local/index.js";
import { melody, toPCM16 } from "../../../pkg-template/local/media/samples.js";
import { startWorkerd } from "../../../www/workerd.mjs";
import { callLog } from "./helpers.mjs";
import { closeFrame, frame, open } from "./socket-client.mjs";

const [TEXT, BINARY, CLOSE, PING, PONG] = [1, 2, 8, 9, 10];
const FLUX = "@cf/deepgram/flux";
const NOVA = "@cf/deepgram/nova-3";
const AURA = "@cf/deepgram/aura-1";
const PCM = { encoding: "linear16", sample_rate: "16000" };
const SPEECH = toPCM16(melody("speech", 1, 16000));
const SILENCE = new Uint8Array(32000);
const CLOSE_STREAM = { type: "CloseStream" };

let server;
let workerd;
const log = callLog();
before(async () => {
  server = await serveLocalAI({ engine: "stand-in", onCall: log.add });
  const config = fileURLToPath(new URL("worker/config.capnp", import.meta.url));
  workerd = await startWorkerd(config, { external: { upstream: new URL(server.url).host } });
});
after(async () => {
  await workerd?.close();
  await server?.close();
});

const address = (model, inputs = {}) => `${server.baseURL}/run/${model}?${new URLSearchParams(inputs)}`;
const auth = () => ({ authorization: `Bearer ${server.apiToken}` });
const connect = (model, inputs, headers = {}) =>
  open(address(model, inputs), { headers: { ...auth(), ...headers } });

/** Sends messages over the server's socket and gathers what comes until the close. */
async function overHTTP(model, inputs, messages, headers) {
  const { socket, next, response, body } = await connect(model, inputs, headers);
  if (response) return { status: response.statusCode, body: JSON.parse(body) };
  for (const message of messages)
    socket.write(
      message instanceof Uint8Array ? frame(BINARY, message) : frame(TEXT, JSON.stringify(message)),
    );
  const received = [];
  for (let seen = await next(); seen; seen = await next()) {
    if (seen.opcode === CLOSE) {
      const code = seen.payload.readUInt16BE(0);
      socket.write(closeFrame(code));
      return { code, received };
    }
    received.push(seen.opcode === TEXT ? JSON.parse(seen.payload) : { bytes: seen.payload.length });
  }
  return { code: 1006, received };
}

/** The same on the object. */
async function onObject(model, inputs, messages, options) {
  const ai = createLocalAI({ engine: "stand-in" });
  const { status, webSocket } = await ai.run(model, inputs, { ...options, websocket: true });
  if (!webSocket) return { status };
  const received = [];
  const closed = new Promise((resolve) => webSocket.addEventListener("close", ({ code }) => resolve(code)));
  webSocket.addEventListener("message", ({ data }) =>
    received.push(typeof data === "string" ? JSON.parse(data) : { bytes: data.byteLength }),
  );
  webSocket.accept();
  for (const message of messages)
    webSocket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
  return { code: await closed, received };
}

/** The same through the genuine binding. */
async function throughBinding(model, inputs, messages, options) {
  const spelled = messages.map((message) =>
    message instanceof Uint8Array ? { base64: Buffer.from(message).toString("base64") } : message,
  );
  const response = await fetch(`http://127.0.0.1:${workerd.port}/`, {
    method: "POST",
    body: JSON.stringify({ member: "talk", args: [model, inputs, spelled, options] }),
  });
  const { value, ...error } = await response.json();
  return value ?? error;
}

const faces = { "the server": overHTTP, "the object": onObject, "the genuine binding": throughBinding };
for (const [face, talk] of Object.entries(faces)) {
  test(`flux on ${face}: turns begin and end with speech and silence`, async () => {
    const { code, received } = await talk(FLUX, PCM, [SPEECH, SILENCE, SPEECH, CLOSE_STREAM]);
    assert.equal(code, 1000);
    const events = received.map(({ event, turn_index }) => `${event} ${turn_index}`);
    assert.deepEqual(
      events.filter((event) => !event.startsWith("Update")),
      ["StartOfTurn 0", "EndOfTurn 0", "StartOfTurn 1", "EndOfTurn 1"],
    );
    assert.deepEqual(
      received.map(({ sequence_id }) => sequence_id),
      received.map((_, index) => index),
    );
    const last = received.at(-1);
    assert.match(last.transcript, /local stand-in/);
    assert.deepEqual(Object.keys(last.words[0]), ["word", "confidence"]);
  });

  test(`flux on ${face}: an eager end may be taken back, if eager ends are asked for`, async () => {
    const pause = SILENCE.subarray(0, 12800);
    const inputs = { ...PCM, eager_eot_threshold: "0.5" };
    const { received } = await talk(FLUX, inputs, [SPEECH, pause, SPEECH, CLOSE_STREAM]);
    const events = received.map(({ event }) => event).filter((event) => event !== "Update");
    assert.deepEqual(events, ["StartOfTurn", "EagerEndOfTurn", "TurnResumed", "EndOfTurn"]);
  });

  test(`nova-3 on ${face}: results, interim ones on request`, async () => {
    const half = SPEECH.subarray(0, 16000);
    const inputs = { ...PCM, interim_results: face === "the server" ? "true" : true };
    const { code, received } = await talk(NOVA, inputs, [
      half,
      half,
      half,
      { type: "Finalize" },
      CLOSE_STREAM,
    ]);
    assert.equal(code, 1000);
    assert.deepEqual(
      received.map(({ type, is_final, from_finalize }) => [type, is_final, from_finalize]),
      [
        ["Results", false, undefined],
        ["Results", true, undefined],
        ["Results", false, undefined],
        ["Results", true, true],
        ["Metadata", undefined, undefined],
      ],
    );
    const [interim] = received;
    assert.match(interim.channel.alternatives[0].transcript, /local stand-in/);
    assert.deepEqual([received[3].start, received[3].duration], [1, 0.5]);
  });

  test(`aura on ${face}: text is spoken when it is flushed`, async () => {
    const messages = [
      { type: "Speak", text: "Hello " },
      { type: "Speak", text: "there" },
      { type: "Flush" },
      { type: "Speak", text: "never" },
      { type: "Clear" },
      { type: "Nonsense" },
      { type: "Close" },
    ];
    const { code, received } = await talk(AURA, {}, messages);
    assert.equal(code, 1000);
    const types = received.filter(({ type }) => type).map(({ type }) => type);
    assert.deepEqual(types, ["Metadata", "Flushed", "Cleared", "Warning"]);
    const bytes = received.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
    // Two words of 0.4 seconds, 24 kHz, two bytes each.
    assert.equal(bytes, 2 * 0.4 * 24000 * 2);
  });

  test(`smart-turn and nemotron on ${face} answer every piece`, async () => {
    const turn = await talk("@cf/pipecat-ai/smart-turn-v2", {}, [SPEECH, SILENCE, CLOSE_STREAM]);
    assert.deepEqual(
      turn.received.map(({ is_complete }) => is_complete),
      [false, true],
    );
    const { received } = await talk("@cf/nvidia/nemotron-speech-streaming-en-0.6b", {}, [
      SPEECH,
      CLOSE_STREAM,
    ]);
    assert.deepEqual(Object.keys(received[0]), ["text", "duration"]);
  });
}

test("inputs are checked before the connection is agreed to", async () => {
  const failed = await overHTTP(FLUX, { encoding: "opus" }, []);
  assert.deepEqual([failed.status, failed.body.errors[0].code], [400, 5006]);
  assert.equal((await overHTTP("@cf/no/such", {}, [])).body.errors[0].code, 5007);
  assert.equal((await overHTTP("@cf/meta/llama-3.1-8b-instruct", {}, [])).body.errors[0].code, 5006);
  assert.equal((await onObject(FLUX, {}, [])).status, 400);
  const seen = await throughBinding(FLUX, {}, []);
  assert.equal(JSON.parse(seen.text).internalCode, 5006);
});

test("a token is needed; on the gateway's path it may be in the subprotocol", async () => {
  const { response } = await open(address(FLUX, PCM), { headers: { authorization: "Bearer wrong" } });
  assert.equal(response.statusCode, 401);
  const query = new URLSearchParams({ model: FLUX, ...PCM });
  const url = `${server.url}/v1/${server.accountId}/mine/workers-ai?${query}`;
  const protocol = `cf-aig-authorization.${server.apiToken}`;
  const connected = await open(url, { headers: { "sec-websocket-protocol": `other, ${protocol}` } });
  assert.equal(connected.headers["sec-websocket-protocol"], protocol);
  assert.ok(connected.headers["cf-aig-log-id"]);
  connected.socket.destroy();
  const refused = await open(url, { headers: { "sec-websocket-protocol": "cf-aig-authorization.wrong" } });
  assert.equal(refused.response.statusCode, 401);
});

test("faults: refused, cut off, garbled", async () => {
  const fault = (text) => ({ "x-local-fault": text });
  assert.equal((await overHTTP(FLUX, PCM, [], fault("capacity"))).body.errors[0].code, 3040);
  const cut = await overHTTP(FLUX, PCM, [SPEECH, CLOSE_STREAM], fault("drop"));
  assert.deepEqual([cut.code, cut.received.length], [1006, 1]);
  const options = { extraHeaders: fault("truncate") };
  const short = await onObject(FLUX, PCM, [SPEECH, CLOSE_STREAM], options);
  assert.deepEqual([short.code, short.received.length], [1000, 1]);
  const { socket, next } = await connect(FLUX, PCM, fault("garbage"));
  socket.write(frame(BINARY, SPEECH));
  await next();
  const garbage = (await next()).payload.toString();
  assert.throws(() => JSON.parse(garbage), SyntaxError);
  socket.destroy();
});

test("a client that goes away is told of once, as is one that ends in good order", async () => {
  const broken = log.next(({ model, outcome }) => model === NOVA && outcome === "error");
  const { socket } = await connect(NOVA, PCM);
  socket.destroy();
  assert.equal((await broken).operation, "connect");
  const ended = log.next(({ model, outcome }) => model === NOVA && outcome === "complete");
  await overHTTP(NOVA, PCM, [CLOSE_STREAM]);
  assert.equal((await ended).status, 101);
});

test("a fetch handler without sockets says so", async () => {
  const handle = createLocalHandler({ engine: "stand-in" });
  const headers = { authorization: "Bearer t", upgrade: "websocket" };
  const url = `http://local/client/v4/accounts/${"0".repeat(32)}/ai/run/${FLUX}?${new URLSearchParams(PCM)}`;
  assert.equal((await handle(new Request(url, { headers }))).status, 426);
});

test("the protocol: pings, fragments, long messages", async () => {
  const { socket, next } = await connect(AURA);
  assert.equal(JSON.parse((await next()).payload).type, "Metadata");
  socket.write(frame(PING, "are you there"));
  assert.deepEqual(await next(), { opcode: PONG, payload: Buffer.from("are you there") });

  const speak = JSON.stringify({ type: "Speak", text: "word ".repeat(20000) });
  socket.write(frame(TEXT, speak.slice(0, 10), { final: false }));
  socket.write(frame(PING, "between"));
  socket.write(frame(0, speak.slice(10)));
  assert.equal((await next()).opcode, PONG);
  socket.write(frame(TEXT, JSON.stringify({ type: "Clear" })));
  assert.equal(JSON.parse((await next()).payload).type, "Cleared");
  socket.write(closeFrame(3000, "done"));
  const answer = await next();
  assert.deepEqual([answer.opcode, answer.payload.readUInt16BE(0)], [CLOSE, 3000]);
  assert.equal(await next(), null);
});

test("the protocol: bytes of a frame may come one by one", async () => {
  const { socket, next } = await connect(AURA);
  await next();
  for (const byte of frame(TEXT, JSON.stringify({ type: "Flush" }))) socket.write(Buffer.from([byte]));
  assert.equal(JSON.parse((await next()).payload).type, "Flushed");
  socket.destroy();
});

for (const [what, bytes, code] of [
  ["an unmasked frame", () => frame(TEXT, "{}", { mask: false }), 1002],
  ["a reserved bit", () => frame(TEXT, "{}", { reserved: 0x40 }), 1002],
  ["an unknown kind", () => frame(3, "x"), 1002],
  ["a continuation of nothing", () => frame(0, "x"), 1002],
  [
    "a message inside a message",
    () => Buffer.concat([frame(TEXT, "a", { final: false }), frame(TEXT, "b")]),
    1002,
  ],
  ["a ping in parts", () => frame(PING, "x", { final: false }), 1002],
  ["a ping that is too long", () => frame(PING, "x".repeat(126)), 1002],
  ["a close frame of one byte", () => frame(CLOSE, "x"), 1002],
  ["a close code that must not be sent", () => closeFrame(1005), 1002],
  ["text that is no UTF-8", () => frame(TEXT, Buffer.from([0xff, 0xfe])), 1007],
  ["a message that is too large", () => frame(BINARY, "", { length: 2 ** 32 }), 1009],
]) {
  test(`the protocol: ${what} is closed with ${code}`, async () => {
    const { socket, next } = await connect(FLUX, PCM);
    socket.write(bytes());
    const seen = await next();
    assert.deepEqual([seen.opcode, seen.payload.readUInt16BE(0)], [CLOSE, code]);
    assert.equal(await next(), null);
  });
}

test("the protocol: a handshake of another version or with a bad key is refused", async () => {
  const headers = auth();
  const old = await open(address(FLUX, PCM), { headers, version: "8" });
  assert.deepEqual([old.response.statusCode, old.response.headers["sec-websocket-version"]], [426, "13"]);
  assert.equal((await open(address(FLUX, PCM), { headers, key: "short" })).response.statusCode, 400);
});

test("the object's socket hands out nothing before it is accepted", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  const { webSocket } = await ai.run(AURA, {}, { websocket: true });
  assert.throws(() => webSocket.send("{}"), TypeError);
  const first = new Promise((resolve) => webSocket.addEventListener("message", resolve, { once: true }));
  webSocket.accept();
  assert.equal(JSON.parse((await first).data).type, "Metadata");
  webSocket.close();
  assert.throws(() => webSocket.send("{}"), TypeError);
});
