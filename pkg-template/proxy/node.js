// The handler as a listener of Node's http server. Nothing of Node is imported: its objects are enough.

/** @param {(request: Request) => Promise<Response>} handler */
export function toNodeListener(handler) {
  return async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on("close", () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    try {
      // Node's `Request` hears of its signal only as long as somebody holds it.
      gone.request = requestOf(incoming, gone.signal);
      const response = await handler(gone.request);
      await send(response, outgoing);
    } catch {
      outgoing.destroy();
    }
  };
}

function requestOf(incoming, signal) {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  const scheme = incoming.socket.encrypted ? "https" : "http";
  const url = new URL(incoming.url, `${scheme}://${incoming.headers.host ?? "localhost"}`);
  const { method } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, {
    method,
    headers,
    signal,
    body: hasBody ? bodyOf(incoming) : undefined,
    duplex: "half",
  });
}

function bodyOf(incoming) {
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    },
    cancel: () => {
      incoming.resume();
    },
  });
}

async function send(response, outgoing) {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) return void outgoing.end();
  // Sent at once: the page may wait for the headers of a stream whose first token takes its time.
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  const closed = new Promise((resolve) => outgoing.on("close", resolve));
  closed.then(() => reader.cancel().catch(() => {}));
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    // Not faster than the client takes it.
    if (!outgoing.write(value))
      await Promise.race([closed, new Promise((resolve) => outgoing.once("drain", resolve))]);
    if (outgoing.destroyed) return undefined;
  }
  return void outgoing.end();
}
