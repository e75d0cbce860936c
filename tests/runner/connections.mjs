/**
 * A server of text answers whose bodies end in unusual ways; it records how they ended. The prompt selects
 * the ending, and names the reply:
 *
 * - `late <name>`: the body ends 3 ms after `[DONE]`,
 * - `apart <name>`: an answer in OpenAI's shape; `[DONE]` and the end of the body come 3 ms after the finish reason,
 * - `endless <name>`: the same, but endless comments follow the finish reason,
 * - `silent <name>`: it stays open without further bytes,
 * - `chatty <name>`: endless comments follow.
 *
 * The text is the number of the connection. `GET …/end/<name>,<name>…` responds when those replies have ended:
 * `[{"cut":true}]` if the client aborted it. One request for all names: several at a time would open connections.
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
      const names = pathname.split("/").at(-1).split(",");
      const outcomes = await Promise.all(names.map((name) => replyOf(name).over));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(outcomes));
      return;
    }
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const [how, name] = JSON.parse(body).prompt.split(" ");
    const { settle } = replyOf(name);
    response.on("close", () => settle({ cut: !response.writableFinished }));
    response.writeHead(200, { "content-type": "text/event-stream" });
    const text = numberOf(request.socket);
    if (how === "apart" || how === "endless") {
      const choices = [{ index: 0, delta: { content: String(text) }, finish_reason: "stop" }];
      response.write(`data: ${JSON.stringify({ choices })}\n\n`);
      if (how === "apart") setTimeout(() => response.end("data: [DONE]\n\n"), 3);
      else chat(response);
      return;
    }
    response.write(`data: {"response":"${text}"}\n\ndata: [DONE]\n\n`);
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
