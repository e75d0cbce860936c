// What the tests of the local service share.

/** The JSON values of a stream's events, the end marker left out. */
export const eventValues = (text) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("data: ") && line !== "data: [DONE]")
    .map((line) => JSON.parse(line.slice("data: ".length)));

/** The text that legacy and chat chunks carry. */
export const responseTexts = (text) =>
  eventValues(text).map((chunk) => chunk.choices?.[0]?.delta?.content ?? chunk.response ?? "");

/** Collects the service's reports of ended calls; `next` waits for one that is still to come. */
export function callLog() {
  const calls = [];
  let waiting = [];
  return {
    calls,
    add(call) {
      calls.push(call);
      const [met, unmet] = [
        waiting.filter(({ test }) => test(call)),
        waiting.filter(({ test }) => !test(call)),
      ];
      waiting = unmet;
      for (const { resolve } of met) resolve(call);
    },
    next: (test = () => true) => new Promise((resolve) => waiting.push({ test, resolve })),
  };
}

export const textOf = (stream) => new Response(stream).text();
