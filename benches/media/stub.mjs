/** A service that always answers at once with the same bytes. */

export const ACCOUNT = "0123456789abcdef0123456789abcdef";

export const enveloped = (result) => ({ result, success: true, errors: [], messages: [] });

/** @param {object} answer */
export function answering(answer) {
  const body = new TextEncoder().encode(JSON.stringify(answer));
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return { body, fetch: async () => new Response(body, { headers }) };
}
