/**
 * The package's promises about its speed: minimum ratios of others' times to its own, for any payload; for
 * `openai`, any payload of its own API, which legacy chunks are not.
 */

import { ratio } from "./stats.mjs";

const OF = {
  JS: ["JS: events", "ours: events"],
  openai: ["openai", "ours: events", ["chat", "tools"]],
  openai6: ["openai 6", "ours: events", ["chat", "tools"]],
  provider: ["workers-ai-provider", "ours: events"],
  text: ["JS: text", "ours: text"],
};

const GOALS = {
  node20: [
    ["1 event", OF.JS, 1.7],
    ["16 KB", OF.JS, 4],
    ["1 event", OF.openai, 4.5],
    ["16 KB", OF.openai, 30],
    ["16 KB", OF.openai6, 30],
    ["1 event", OF.provider, 8],
    ["16 KB", OF.provider, 30],
    ["16 KB", OF.text, 9],
  ],
  chromium: [
    ["1 event", OF.JS, 1.25],
    ["16 KB", OF.JS, 5],
    ["1 event", OF.openai, 3],
    ["16 KB", OF.openai, 60],
    ["16 KB", OF.openai6, 60],
  ],
};

/**
 * @param {string} runtime
 * @param {{ kind: string, payload: string, chunking: string, times: Record<string, (number | null)[]> }[]} cells
 * @returns {{ chunking: string, theirs: string, ours: string, goal: number, ratios: Record<string, number>, met: boolean }[]}
 *   `ratios` by payload; only goals for which something was measured
 */
export function judge(runtime, cells) {
  const judged = (GOALS[runtime] ?? []).map(([chunking, [theirs, ours, payloads], goal]) => {
    const ratios = {};
    for (const { kind, payload, chunking: own, times } of cells) {
      const isMeant = kind === "stream" && own === chunking && (payloads?.includes(payload) ?? true);
      if (isMeant && theirs in times && ours in times) ratios[payload] = ratio(times[theirs], times[ours]);
    }
    return {
      chunking,
      theirs,
      ours,
      goal,
      ratios,
      met: Object.values(ratios).every((ratio) => ratio >= goal),
    };
  });
  return judged.filter(({ ratios }) => Object.keys(ratios).length > 0);
}
