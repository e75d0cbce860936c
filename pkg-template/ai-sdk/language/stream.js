// The stream that the SDK reads.

import { isWorkersAIError } from "../../core.js";
import { responseOf } from "../metadata.js";
import { brokenCalls } from "./broken.js";
import { Parts } from "./parts.js";
import { RawChunks } from "./raw.js";

/** Nothing is made before somebody reads. */
const ON_DEMAND = { highWaterMark: 0 };

/**
 * The parts of a stream of the client's. It is read to its first events before this settles: a failure that is the first thing in the reply is one of the
 * call, which the SDK may make again.
 *
 * @param {object} stream
 * @param {{ warnings: object[], answerTool?: string, includeRawChunks?: boolean, failure: (error: unknown) => unknown }} how
 * @returns {Promise<ReadableStream<object>>}
 */
export async function partStream(stream, { warnings, answerTool, includeRawChunks, failure }) {
  const [raw, read] = includeRawChunks ? stream.tee() : [undefined, stream];
  const chunks = raw && new RawChunks(raw);
  const batches = read.batches();
  let first = await batches.next();
  let parts;
  let made = 0;
  /** One chunk's events; whether it goes on. */
  const step = async (controller) => {
    const { done, value } = first ?? (await batches.next());
    first = undefined;
    await chunks?.flush(controller, done);
    if (done) controller.close();
    else parts.add(value);
    return !done;
  };
  return new ReadableStream(
    {
      start(controller) {
        const enqueue = (part) => {
          made++;
          controller.enqueue(part);
        };
        parts = new Parts(read, enqueue, answerTool);
        enqueue({ type: "stream-start", warnings });
        enqueue({ type: "response-metadata", ...responseOf(read.meta) });
      },
      async pull(controller) {
        const before = made;
        try {
          // Some events make no part, and a pull that brings none is not followed by another.
          while ((await step(controller)) && made === before);
        } catch (error) {
          await chunks?.flush(controller, true);
          end(controller, parts, error, failure);
        }
      },
      cancel() {
        chunks?.cancel();
        return batches.return();
      },
    },
    ON_DEMAND,
  );
}

/** The client gave up on the reply. */
function end(controller, parts, error, failure) {
  const broken = brokenCalls(error);
  if (broken !== undefined) {
    parts.addBroken(broken);
    return controller.close();
  }
  // Whoever aborts knows of it: the SDK looks for the reason of its signal, as a body of `fetch` breaks with it.
  if (isWorkersAIError(error) && error.code === "ABORTED") return controller.error(failure(error));
  parts.fail(failure(error), error?.partial);
  controller.close();
}

/** A whole answer as a stream: for what a model gives at once. */
export function wholeAnswer({ content, finishReason, usage, providerMetadata, response, warnings }) {
  const parts = [
    { type: "stream-start", warnings },
    { type: "response-metadata", ...responseOfWhole(response) },
  ];
  for (const [at, part] of content.entries()) parts.push(...partsOf(part, at));
  parts.push({ type: "finish", finishReason, usage, providerMetadata });
  return new ReadableStream(
    {
      pull(controller) {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
    },
    ON_DEMAND,
  );
}

const responseOfWhole = ({ id, modelId }) => (id === undefined ? { modelId } : { id, modelId });

function partsOf(part, at) {
  if (part.type === "tool-call") {
    const { toolCallId: id, toolName, input } = part;
    return [
      { type: "tool-input-start", id, toolName },
      { type: "tool-input-delta", id, delta: input },
      { type: "tool-input-end", id },
      part,
    ];
  }
  const id = `${part.type}-${at}`;
  return [
    { type: `${part.type}-start`, id },
    { type: `${part.type}-delta`, id, delta: part.text },
    { type: `${part.type}-end`, id },
  ];
}
