/** Connections to realtime models, over the service's own WebSockets. */
import { deepEqual, equal, match, ok, rejects, throws } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";

const FLUX = "@cf/deepgram/flux";
const NOVA = "@cf/deepgram/nova-3";
const AURA = "@cf/deepgram/aura-2-en";
/** Each voice model, and one of its voices. */
const VOICES = { [AURA]: "luna", "@cf/deepgram/aura-1": "angus", "@cf/deepgram/aura-2-es": "sirio" };
const NEMOTRON = "@cf/nvidia/nemotron-speech-streaming-en-0.6b";
const TURN = "@cf/pipecat-ai/smart-turn-v2";
const RATE = 16000;
const PCM = { encoding: "linear16", sample_rate: String(RATE) };

const hasSockets = () => typeof WebSocket === "function";
/** Only these runtimes let a program say more than the address. */
const sendsHeaders = ({ runtime }) => hasSockets() && runtime !== "chromium";

/** The genuine WebSocket with the local service in the place of Cloudflare's host, as doors.mjs does it with fetch. */
async function withSockets({ restOrigin }, work) {
  const Genuine = globalThis.WebSocket;
  const local = restOrigin?.replace(/^http/, "ws");
  globalThis.WebSocket = function Local(url, more) {
    return new Genuine(String(url).replace("wss://api.cloudflare.com", local), more);
  };
  try {
    return await work();
  } finally {
    globalThis.WebSocket = Genuine;
  }
}

function testConnections(name, body, { when = hasSockets } = {}) {
  testEachDoor(name, (t) => withSockets(t, () => body(t)), { when });
}

/** Speech without a header, and silence after it. */
async function spoken(ai, text) {
  const speech = await ai.generateSpeech("@cf/deepgram/aura-1", {
    text,
    encoding: "linear16",
    container: "none",
    sample_rate: RATE,
  });
  return { bytes: speech.bytes, silence: new Uint8Array(RATE * 2) };
}

for (const [voice, speaker] of Object.entries(VOICES)) {
  testConnections(`${voice} says what it is sent`, async ({ door }) => {
    const connection = await door.client().connect(voice, { encoding: "linear16", speaker });
    equal(connection.meta.model, voice);
    equal(connection.meta.attempts, 1);
    await connection.send("good day");
    connection.send({ type: "Speak", text: " to you" });
    connection.flush();
    const types = [];
    let sound = 0;
    for await (const message of connection) {
      if (message instanceof Uint8Array) {
        sound += message.length;
        continue;
      }
      types.push(message.type);
      if (message.type === "Flushed") connection.end();
    }
    deepEqual(types, ["Metadata", "Flushed"]);
    ok(sound > 1000);
    equal((await connection.closed).code, 1000);
  });
}

testConnections("flux tells when turns begin and end", async ({ door }) => {
  const ai = door.client();
  const { bytes, silence } = await spoken(ai, "one two three");
  const connection = await ai.connect(FLUX, { encoding: "linear16", sample_rate: RATE });
  connection.send(bytes);
  connection.send(silence.buffer);
  const events = [];
  for await (const { event, transcript, turn_index, words } of connection) {
    events.push(event);
    if (event !== "EndOfTurn") continue;
    equal(turn_index, 0);
    ok(transcript.length > 0 && words.length > 0);
    break;
  }
  equal(events[0], "StartOfTurn");
  equal(events.at(-1), "EndOfTurn");
  await connection.closed;
  throws(() => connection.send(bytes), { code: "NETWORK" });
});

testConnections("nova gives results, and what is left at the end", async ({ door }) => {
  const ai = door.client();
  const { bytes } = await spoken(ai, "one two three");
  const connection = await ai.connect(NOVA, { ...PCM, interim_results: true, punctuate: "true" });
  // In order, though some take their time.
  connection.send(new Blob([bytes.subarray(0, 1000)]));
  connection.send(bytes.subarray(1000, 2000));
  await connection.send(new Blob([bytes.subarray(2000)]).stream());
  connection.end();
  const messages = [];
  for await (const message of connection) messages.push(message);
  ok(messages.some(({ is_final }) => is_final));
  equal(messages.at(-1).type, "Metadata");
  ok(Math.abs(messages.at(-1).duration - bytes.length / RATE / 2) < 0.001, "every byte has come");
});

testConnections("nemotron writes down what it hears", async ({ door }) => {
  const ai = door.client();
  const { bytes } = await spoken(ai, "one two three");
  const connection = await ai.connect(NEMOTRON);
  connection.send(bytes);
  const { value } = await connection[Symbol.asyncIterator]().next();
  ok(value.text.length > 0);
  connection.close();
  await connection.closed;
});

testConnections("smart-turn answers each piece", async ({ door }) => {
  const connection = await door.client().connect(TURN);
  connection.send(new Int16Array(1600));
  const { value } = await connection[Symbol.asyncIterator]().next();
  equal(typeof value.probability, "number");
  throws(() => connection.flush(), { code: "INVALID_INPUT" });
  connection.close(1000, "enough");
  await connection.closed;
  deepEqual(await connection[Symbol.asyncIterator]().next(), { value: undefined, done: true });
});

testConnections("several connections do not cross", async ({ door }) => {
  const ai = door.client();
  const texts = ["one", "one two", "one two three"];
  const received = await Promise.all(
    texts.map(async (text) => {
      const { bytes, silence } = await spoken(ai, text);
      const connection = await ai.connect(FLUX, PCM);
      connection.send(bytes);
      connection.send(silence);
      for await (const { event, audio_window_end } of connection)
        if (event === "EndOfTurn") return audio_window_end;
    }),
  );
  ok(received[0] < received[1] && received[1] < received[2], received.join());
});

testConnections("what cannot be sent is refused", async ({ door }) => {
  const connection = await door.client().connect(AURA);
  for (const data of [7, null, undefined, true, ["a"]])
    throws(() => connection.send(data), { code: "INVALID_INPUT", field: "data" });
  throws(() => connection.close(42), { code: "INVALID_INPUT", field: "code" });
  connection.close();
});

testConnections("parameters are checked before anything is opened", async ({ door }) => {
  let requests = 0;
  const ai = door.client({ hooks: { onRequest: () => requests++ } });
  const refused = (model, parameters, field) =>
    rejects(ai.connect(model, parameters), { code: "INVALID_INPUT", field });
  await refused(FLUX, { encoding: "linear16" }, "sample_rate");
  await refused(FLUX, { ...PCM, encoding: "mp3" }, "encoding");
  await refused(AURA, { speaker: "nobody" }, "speaker");
  await refused(AURA, { text: "hello" }, "text");
  await refused(AURA, 7, "input");
  await refused("@cf/openai/whisper", {}, "model");
  equal(requests, 0);
});

testConnections("a service that refuses is an error", async ({ door, lib }) => {
  const error = await rejects(door.client().connect("@cf/nobody/nothing"));
  ok(lib.isWorkersAIError(error));
  // Where the runtime shows the answer it says more.
  match(error.code, /^(?:NETWORK|MODEL_NOT_FOUND)$/);
});

testConnections("a connection can be aborted while it opens, and while it waits", async ({ door }) => {
  const ai = door.client();
  await rejects(ai.connect(AURA, {}, { signal: AbortSignal.abort() }), { code: "ABORTED" });
  const controller = new AbortController();
  const connection = await ai.connect(FLUX, PCM, { signal: controller.signal });
  const reading = connection[Symbol.asyncIterator]().next();
  controller.abort();
  await rejects(reading, { code: "ABORTED" });
  throws(() => connection.send("late"), { code: "NETWORK" });
  await connection.closed;
});

testConnections(
  "a connection that breaks says so after what has come before",
  async ({ door }) => {
    const faulty = (fault) =>
      door.client().connect(AURA, {}, { headers: { "x-local-fault": fault }, maxRetries: 0 });
    const read = async (connection) => {
      const messages = [];
      for await (const message of connection) messages.push(message.type ?? "sound");
      return messages;
    };
    const dropped = await faulty("drop");
    const { value } = await dropped[Symbol.asyncIterator]().next();
    equal(value.type, "Metadata");
    const error = await rejects(read(dropped));
    match(error.code, /^(?:NETWORK|SERVER)$/);
    deepEqual(await read(dropped), [], "it is told once");
    deepEqual(await read(await faulty("truncate")), ["Metadata"]);
    await rejects(read(await faulty("garbage")), { code: "MALFORMED_RESPONSE" });
  },
  { when: sendsHeaders },
);

testConnections("a message that is too large ends the connection", async ({ door }) => {
  const connection = await door.client({ maxEventBytes: 20 }).connect(AURA);
  await rejects(connection[Symbol.asyncIterator]().next(), { code: "TOO_LARGE" });
});

test(
  "a page's WebSocket carries no token: it is told before anything is opened",
  async ({ lib, accountId, apiToken }) => {
    const options = {
      accountId: accountId ?? "a".repeat(32),
      apiToken: apiToken ?? "t",
      dangerouslyAllowBrowser: true,
    };
    await rejects(new lib.WorkersAI(options).connect(AURA), {
      code: "CONFIG",
      field: "apiToken",
      message: /baseURL/,
    });
    const proxy = new lib.WorkersAI({ baseURL: "/ai" });
    await rejects(proxy.connect(AURA, {}, { headers: { "x-own": "1" } }), {
      code: "CONFIG",
      field: "headers",
    });
  },
  { when: ({ runtime }) => runtime === "chromium" },
);

testEachDoor(
  "a runtime without WebSockets says so",
  async ({ door }) => {
    await rejects(door.client().connect(AURA), { code: "CONFIG", message: /Node/ });
  },
  { when: ({ runtime }) => !hasSockets() && runtime !== "workerd" },
);

/** A socket whose other side is the test. */
class FakeSocket extends EventTarget {
  bufferedAmount = 0;
  binaryType = "blob";
  readyState = 0;
  sent = [];

  constructor() {
    super();
    FakeSocket.latest = this;
    queueMicrotask(() => {
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
    });
  }

  send(data) {
    this.sent.push(data);
  }

  close() {
    this.readyState = 3;
  }

  say(message) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }

  leave(code, reason = "") {
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason, wasClean: true }));
  }
}

for (const { how, code, before = () => {}, failure } of [
  { how: "closed without a code in the middle of a turn", code: 1005, failure: "NETWORK" },
  { how: "lost", code: 1006, failure: "NETWORK" },
  { how: "closed without a code behind the end", code: 1005, before: (connection) => connection.end() },
  { how: "closed as it should be", code: 1000 },
]) {
  const ends = async ({ lib }) => {
    const Genuine = globalThis.WebSocket;
    globalThis.WebSocket = FakeSocket;
    try {
      const ai = new lib.WorkersAI({ baseURL: "https://proxy.example/ai" });
      const connection = await ai.connect(NOVA, PCM);
      const socket = FakeSocket.latest;
      socket.say({ type: "Results", is_final: false, channel: { alternatives: [{ transcript: "half a" }] } });
      await before(connection);
      socket.leave(code);
      const received = [];
      const reading = (async () => {
        for await (const message of connection) received.push(message.type);
      })();
      if (failure) await rejects(reading, { code: failure });
      else await reading;
      deepEqual(received, ["Results"]);
      equal((await connection.closed).code, code);
    } finally {
      globalThis.WebSocket = Genuine;
    }
  };
  // workerd opens its sockets by fetch.
  const when = ({ runtime }) => hasSockets() && runtime !== "workerd";
  test(`a connection that is ${how} ${failure ? "fails" : "ends"}`, ends, { when });
}
