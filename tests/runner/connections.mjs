/**
 * A server of text answers whose bodies end in unusual ways; it records how they ended. The prompt selects
 * the ending, and names the reply:
 *
 * - `late <name>`: the body ends 3 ms after `[DONE]`,
 * - `silent <name>`: it stays open without further bytes,
 * - `chatty <name>`: endless comments follow.
 *
 * The text is the number of the connection. `GET …/end/<name>` responds when that reply has ended:
 * `{"cut":true}` if the client aborted it.
 */

const COMMENT = `: ${"-".repeat(1024)}\n\n`;

export function oddEnds() {
  const numbers = new WeakMap();
  let connections = 0;
  const numberOf = (socket) => {
    if (!numbers.has(socket)) numbers.set(socket, ++connections);
    return numbers.get(socket);
  };
  /** @type {Map<string, { over: Promise<{ cut: boolean }>, settle: (outcome: { cut: boolean }) => void }>} */
  const replies = new Map();
  const replyOf = (name) => {
    if (!replies.has(name)) {
      let settle;
      const over = new Promise((resolve) => (settle = resolve));
      replies.set(name, { over, settle });
    }
    return replies.get(name);
  };

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  return async (request, response) => {
    const { pathname } = new URL(request.url, "http://page");
    if (request.method === "GET") {
      const outcome = await replyOf(pathname.split("/").at(-1)).over;
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(outcome));
      return;
    }
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const [how, name] = JSON.parse(body).prompt.split(" ");
    const { settle } = replyOf(name);
    response.on("close", () => settle({ cut: !response.writableFinished }));
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: {"response":"${numberOf(request.socket)}"}\n\ndata: [DONE]\n\n`);
    if (how === "late") setTimeout(() => response.end(), 3);
    else if (how === "chatty") chat(response);
  };
}

/** Sends as fast as the connection permits, until it is closed. */
function chat(response) {
  if (response.destroyed) return;
  if (response.write(COMMENT)) setImmediate(chat, response);
  else response.once("drain", () => chat(response));
}
