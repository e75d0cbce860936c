// Two ends of a WebSocket inside one program: the client's as the runtime's binding hands it out, the
// server's as sessions know it.

/** The client's end: `accept`, `send`, `close` and events, as a Worker's WebSocket has them. */
class ClientSocket extends EventTarget {
  readyState = 1;
  protocol = "";
  extensions = "";
  url = null;
  #server;
  #accepted = false;
  /** Events that came before `accept`. */
  #waiting = [];

  constructor(server) {
    super();
    this.#server = server;
  }

  accept() {
    if (this.#accepted) return;
    this.#accepted = true;
    for (const event of this.#waiting.splice(0)) this.dispatchEvent(event);
  }

  send(data) {
    if (!this.#accepted)
      throw new TypeError("You must call accept() on this WebSocket before sending messages.");
    if (this.readyState !== 1) throw new TypeError("Can't call WebSocket send() after close().");
    this.#server.receive(typeof data === "string" ? data : bytesOf(data));
  }

  close(code = 1000, reason = "") {
    if (this.readyState !== 1) return;
    this.readyState = 2;
    this.#server.peerClosed(code, reason);
    this.end(code, reason, true);
  }

  /** Hands an event out, or keeps it until `accept`. */
  emit(event) {
    if (this.#accepted) this.dispatchEvent(event);
    else this.#waiting.push(event);
  }

  end(code, reason, wasClean) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.emit(Object.assign(new Event("close"), { code, reason, wasClean }));
  }
}

class ServerEnd {
  onMessage = () => {};
  onClose = () => {};
  client = new ClientSocket(this);
  #closed = false;

  send(data) {
    if (this.#closed) return;
    const own = typeof data === "string" ? data : data.slice().buffer;
    queueMicrotask(() => this.client.emit(new MessageEvent("message", { data: own })));
  }

  close(code = 1000, reason = "") {
    this.#end(code, reason, true);
  }

  terminate() {
    this.#end(1006, "WebSocket disconnected without sending Close frame.", false);
  }

  receive(data) {
    if (!this.#closed) this.onMessage(data);
  }

  peerClosed(code, reason) {
    if (this.#closed) return;
    this.#closed = true;
    this.onClose({ code, reason });
  }

  #end(code, reason, wasClean) {
    if (this.#closed) return;
    this.#closed = true;
    // After what was sent before.
    queueMicrotask(() => this.client.end(code, reason, wasClean));
    this.onClose({ code, reason });
  }
}

const bytesOf = (data) =>
  data instanceof ArrayBuffer
    ? new Uint8Array(data.slice(0))
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();

/** @returns {{ client: ClientSocket, server: ServerEnd }} */
export function socketPair() {
  const server = new ServerEnd();
  return { client: server.client, server };
}
