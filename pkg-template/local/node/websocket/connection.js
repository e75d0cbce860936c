// One WebSocket on a socket of Node's HTTP server, with the interface that sessions know: `send`, `close`, `terminate`, `onMessage`,
// `onClose`.

import {
  decodeClose,
  decodeText,
  encodeClose,
  encodeFrame,
  FrameReader,
  OPCODES,
  ProtocolError,
} from "./frames.js";

const LARGEST_MESSAGE = 16 * 2 ** 20;
/** Time that a client has to answer a close frame. */
const CLOSE_MS = 2000;
const encoder = new TextEncoder();

export class NodeConnection {
  onMessage = () => {};
  onClose = () => {};
  #socket;
  #reader = new FrameReader(LARGEST_MESSAGE);
  #sentClose = false;
  #closed = false;
  #outcome = { code: 1006, reason: "" };

  /**
   * @param {import("node:stream").Duplex} socket
   * @param {Uint8Array} head bytes that came with the handshake
   */
  constructor(socket, head) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#take(bytes));
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("close", () => this.#ended());
    if (head.length > 0) queueMicrotask(() => this.#take(head));
  }

  /** Sends a text or bytes. After the close nothing is sent. */
  send(data) {
    if (this.#sentClose || this.#closed) return;
    const text = typeof data === "string";
    this.#socket.write(encodeFrame(text ? OPCODES.text : OPCODES.binary, text ? encoder.encode(data) : data));
  }

  close(code = 1000, reason = "") {
    if (this.#sentClose || this.#closed) return;
    this.#sentClose = true;
    this.#outcome = { code, reason };
    this.#socket.write(encodeClose(code, reason));
    setTimeout(() => this.#socket.destroy(), CLOSE_MS).unref();
  }

  /** Breaks the connection without a word. */
  terminate() {
    this.#socket.destroy();
  }

  #take(bytes) {
    if (this.#closed) return;
    try {
      for (const { opcode, payload } of this.#reader.push(new Uint8Array(bytes)))
        this.#handle(opcode, payload);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.close(error.code, error.message);
      this.#socket.end();
    }
  }

  #handle(opcode, payload) {
    if (opcode === OPCODES.ping) {
      if (!this.#sentClose) this.#socket.write(encodeFrame(OPCODES.pong, payload));
    } else if (opcode === OPCODES.close) {
      this.#closeAsked(decodeClose(payload));
    } else if (opcode !== OPCODES.pong && !this.#sentClose) {
      this.onMessage(opcode === OPCODES.text ? decodeText(payload) : payload);
    }
  }

  /** The client's close is answered with its own code; the server ends the connection. */
  #closeAsked(said) {
    if (!this.#sentClose) {
      this.#sentClose = true;
      this.#outcome = said;
      this.#socket.write(encodeClose(said.code));
    }
    this.#socket.end();
  }

  #ended() {
    if (this.#closed) return;
    this.#closed = true;
    this.onClose(this.#outcome);
  }
}
