/** The server's end of a Worker's own `WebSocketPair`, with the interface that sessions know. */
export class WorkerConnection {
  onMessage = () => {};
  onClose = () => {};
  #socket;
  #closed = false;

  constructor(socket) {
    this.#socket = socket;
    socket.accept();
    socket.addEventListener("message", ({ data }) =>
      this.onMessage(typeof data === "string" ? data : new Uint8Array(data)),
    );
    socket.addEventListener("close", ({ code, reason }) => {
      this.close(code === 1005 || code === 1006 ? 1000 : code);
      this.onClose({ code, reason });
    });
    socket.addEventListener("error", () => this.onClose({ code: 1006, reason: "" }));
  }

  send(data) {
    if (!this.#closed) this.#socket.send(data);
  }

  close(code = 1000, reason = "") {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close(code, reason);
  }

  terminate() {
    this.close(1011, "The connection was broken on request");
  }
}
