// A page of one question and one answer: a form, what came of it, and the code that made it.

import { ai } from "./client.js";
import { codeBox } from "./code.js";
import { announce, h } from "./dom.js";
import { makeForm } from "./form.js";
import { metaLine } from "./meta.js";
import { problem } from "./problem.js";

/**
 * Makes a page.
 *
 * @param {object} page
 * @param {string} page.lead what this is good for, in a sentence
 * @param {(given: { ai: object, model: string, input: object, signal: AbortSignal }) => Promise<any>} page.run asks; its text is the
 *   code that the page shows
 * @param {(result: any, given: { model: string, input: object }) => (Node | string | null)[]} page.show the answer for a person
 * @param {object} page.form what `makeForm` takes
 * @returns {(root: HTMLElement) => void}
 */
export const taskPage =
  ({ lead, run, show, ...form }) =>
  (root) => {
    const output = h("section", { className: "result", "aria-label": "Result", "aria-live": "polite" });
    const runner = makeRunner(output);
    const ask = async ({ model, input }) => {
      await runner.run(view, async (signal) => {
        const startedAt = performance.now();
        const result = await run({ ai, model, input, signal });
        const durationMs = performance.now() - startedAt;
        output.replaceChildren(
          ...show(result, { model, input }).filter((part) => part !== null && part !== undefined),
          metaLine({ durationMs, ...result.meta }) ?? "",
          codeBox(run, { model, input }),
        );
      });
    };
    const view = makeForm({ ...form, onSubmit: ask, onStop: () => runner.stop() });
    root.append(h("p", { className: "lead" }, lead), view.element, output);
  };

/** Runs one thing at a time, shows that it does, and what went wrong. Escape stops it. */
export function makeRunner(output) {
  let running = null;
  const stop = () => running?.abort();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
  return {
    stop,
    get isRunning() {
      return running !== null;
    },
    /**
     * @param {ReturnType<typeof makeForm>} form
     * @param {(signal: AbortSignal) => Promise<void>} work
     */
    async run(form, work) {
      if (running) return;
      running = new AbortController();
      const { signal } = running;
      form.setBusy(true);
      output.replaceChildren(h("p", { className: "waiting" }, "Waiting for the answer"));
      try {
        await work(signal);
        announce("Done.");
      } catch (error) {
        if (signal.aborted) output.replaceChildren(h("p", { className: "stopped" }, "Stopped."));
        else {
          output.replaceChildren(problem(error, () => this.run(form, work)));
          form.mark(error?.field);
        }
      } finally {
        running = null;
        form.setBusy(false);
      }
    },
  };
}
