// The caller's hooks: told what happens, never a secret and never a body.
//
// A hook is an observer. One that throws, or whose promise is rejected, must neither break the call nor vanish: it is reported to the
// console, and the call goes on.

/** Tells a hook, if there is one. What is undefined is left out. */
export function tell(hook, info) {
  if (typeof hook !== "function") return;
  const facts = Object.fromEntries(Object.entries(info).filter(([, value]) => value !== undefined));
  try {
    const returned = hook(facts);
    if (typeof returned?.then === "function") returned.then(undefined, report);
  } catch (error) {
    report(error);
  }
}

function report(error) {
  console.error("workers-ai-wasm: a hook threw", error);
}
