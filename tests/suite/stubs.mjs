/** Stand-ins for `fetch` that need no network. */

const encoder = new TextEncoder();

/** @param {unknown} value @param {ResponseInit} [init] */
export function jsonResponse(value, init = {}) {
  const headers = { "content-type": "application/json", ...init.headers };
  return new Response(JSON.stringify(value), { ...init, headers });
}

/**
 * An answer whose body comes in exactly these pieces, one per read.
 *
 * @param {Iterable<Uint8Array | string>} pieces
 * @param {{ onCancel?: (reason: unknown) => void, type?: string, open?: boolean }} [options] `type`: none where it is empty; `open`: it never ends
 */
export function streamResponse(pieces, { onCancel, type = "text/event-stream", open = false } = {}) {
  const iterator = pieces[Symbol.iterator]();
  const body = new ReadableStream(
    {
      pull(controller) {
        const { done, value } = iterator.next();
        if (!done) controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
        else if (!open) controller.close();
        else return new Promise(() => {});
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: type === "" ? {} : { "content-type": type } });
}

/**
 * A fetch that remembers what it was asked.
 *
 * @param {(request: { url: string, headers: Record<string, string>, body: unknown }, index: number) => Response | Promise<Response>} answer
 */
export function recorder(answer) {
  const requests = [];
  const fetch = async (url, init = {}) => {
    const request = {
      url: String(url?.url ?? url),
      method: init.method,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === "string" ? JSON.parse(init.body) : init.body,
      signal: init.signal,
    };
    requests.push(request);
    return answer(request, requests.length - 1);
  };
  return { fetch, requests };
}

/** An account, for requests that stay here. */
export const ACCOUNT = "0123456789abcdef0123456789abcdef";

/** A client of the REST API, in a page too, whose requests stay here. */
export const restClient = (lib, options) =>
  new lib.WorkersAI({
    accountId: ACCOUNT,
    apiToken: "tok-en-of-test",
    dangerouslyAllowBrowser: true,
    ...options,
  });

/** Lets go of a result that nobody reads: a stream keeps its limits of time until then. */
export async function letGo(result) {
  if (typeof result?.abort === "function") result.abort();
  else await result?.cancel?.();
}

/** The form that a request sends, as one or written out, and its headers without what belongs to the form. */
export async function sentForm({ headers, body }) {
  if (body instanceof FormData) return { headers, form: body };
  const { "content-type": type, ...others } = headers;
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  return { headers: others, form };
}
