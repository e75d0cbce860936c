// Answers in the REST API's form: JSON in its envelope, anything else as it comes.

/** What of the binding's headers is for the page. */
const PASSED = /^(content-type|retry-after|cf-ai-.*|cf-aig-.*|x-local-engine)$/;

export const envelope = (fields) => ({ result: {}, success: false, errors: [], messages: [], ...fields });

export const failure = (status, code, message, headers = {}) =>
  Response.json(envelope({ errors: [{ code, message }] }), { status, headers });

/** A raw response of the binding, as the REST API would have given it. */
export async function fromBinding(response) {
  const { status, body } = response;
  const headers = new Headers([...response.headers].filter(([name]) => PASSED.test(name)));
  const isJson = /^application\/json\b/.test(headers.get("content-type") ?? "");
  if (!response.ok) return failed(response, headers);
  if (!isJson) return new Response(body, { status, headers });
  // Its text is put into the envelope unread: vectors are long.
  const text = `{"result":${await response.text()},"success":true,"errors":[],"messages":[]}`;
  return new Response(text, { status, headers });
}

/** The binding's errors are `{ internalCode, description }`. */
async function failed(response, headers) {
  const text = await response.text();
  headers.delete("content-type");
  let said = {};
  try {
    said = JSON.parse(text) ?? {};
  } catch {
    // A page of some machine on the way: its status has to do.
  }
  if (Array.isArray(said.errors)) return Response.json(said, { status: response.status, headers });
  const message = said.description ?? said.message ?? `The service answered with status ${response.status}.`;
  return failure(response.status, said.internalCode ?? 0, message, headers);
}
