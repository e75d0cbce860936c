/** What the trap tests talk to: a service that is a function, and replies that the test writes by hand. */

export const MODEL = "@cf/a/b";
export const EMBEDDINGS = "@cf/baai/bge-base-en-v1.5";

const encoder = new TextEncoder();

/** Lets everything go first that waits for no event from outside. */
export const turn = () => new Promise((resolve) => setTimeout(resolve));
export const chunk = (text) => `data: ${JSON.stringify({ response: text })}\n\n`;
export const DONE = "data: [DONE]\n\n";

export const json = (value) =>
  new Response(JSON.stringify(value), { headers: { "content-type": "application/json" } });
export const answer = (response) => json({ success: true, result: { response } });
export const rows = (...data) => json({ success: true, result: { shape: [data.length, 2], data } });

/** A client whose service gives these replies, the last one again and again. */
export function clientOf({ WorkersAI }, ...replies) {
  let at = 0;
  const fetch = async (_url, { signal }) => {
    const reply = replies[Math.min(at++, replies.length - 1)];
    return typeof reply === "function" ? reply(signal) : reply.clone();
  };
  return new WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
}

/** A reply that the test writes: `{ reply, write, end, cancelled }`. */
export function written(contentType = "text/event-stream") {
  let controller;
  const sent = { cancelled: false };
  const body = new ReadableStream({
    start(own) {
      controller = own;
    },
    cancel() {
      sent.cancelled = true;
    },
  });
  const reply = () => new Response(body, { headers: { "content-type": contentType } });
  const write = (text) => controller.enqueue(encoder.encode(text));
  return Object.assign(sent, { reply, write, end: () => controller.close() });
}

export function streamed(...texts) {
  const { reply, write, end } = written();
  for (const text of texts) write(text);
  end();
  return reply();
}

export async function textOf(stream) {
  let text = "";
  for await (const event of stream) if (event.type === "text") text += event.text;
  return text;
}

/** A binding whose model is spoken to over this socket. */
export class Socket {
  sent = [];
  closedWith = undefined;
  #listeners = new Map();

  binding() {
    return {
      run: async () => ({ status: 101, ok: false, headers: new Headers(), body: null, webSocket: this }),
    };
  }

  accept() {}
  send(data) {
    this.sent.push(data);
  }
  close(code) {
    this.closedWith ??= code;
  }
  addEventListener(name, listener) {
    this.#listeners.set(name, listener);
  }
  removeEventListener(name) {
    this.#listeners.delete(name);
  }
  receive(data) {
    this.#listeners.get("message")?.({ data });
  }
}
