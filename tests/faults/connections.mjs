/** Connections that are refused, broken or led elsewhere. */
import { CALLS, STREAMED, WHOLE } from "./calls.mjs";

export function* connections(door) {
  const calls = [...WHOLE, ...STREAMED];
  // A proxy says with a status that it could not ask, and the page cannot know more.
  const unreachable = door.proxied
    ? { code: "SERVER", status: 502, attempts: 2, partial: null }
    : { code: "NETWORK", status: undefined, attempts: 2, cause: true, partial: null };
  for (const call of calls) {
    const { streams, hasPartial, wanted } = CALLS[call];
    const cell = (name, fault, expect, more) => ({ name, call, fault, expect, ...more });
    yield cell("hung up on", "disconnect", unreachable);
    yield cell("hung up on once", "disconnect, times=1", { text: wanted });
    if (door.enveloped && door.wire)
      yield cell("refused", "", unreachable, { headers: { "x-local-refused": "1" }, unseen: true });
    const broken = {
      code: "NETWORK",
      status: undefined,
      // A binding that parses an answer does not tell whether it had begun.
      attempts: door.parsed && !streams ? 2 : 1,
      cause: true,
      partial: hasPartial ? true : undefined,
    };
    for (const kind of ["drop", "reset"]) {
      yield cell(`${kind} after the headers`, `${kind}=0`, broken);
      yield cell(`${kind} in the middle`, `${kind}=${streams ? 26 : 12}`, broken);
      yield cell(`${kind} in the middle, length said`, `${kind}=${streams ? 26 : 12}, sized`, broken);
    }
    if (door.wire) yield cell("early hints", "hints", { text: wanted });
    const goneElsewhere = door.proxied
      ? { code: "SERVER", status: 502, attempts: 2 }
      : door.enveloped
        ? { code: "CONFIG", status: 307, attempts: 1 }
        : // A binding follows as far as it can.
          { code: "UNKNOWN", attempts: 1 };
    if (!door.parsed) {
      yield cell("a redirect in a circle", "redirect=?", goneElsewhere, { unseen: true });
      yield cell("a redirect to nowhere", "redirect=http://", goneElsewhere, { unseen: true });
    }
  }
}
