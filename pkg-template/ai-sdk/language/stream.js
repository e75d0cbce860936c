// The stream that the SDK reads.

import { responseOf } from "../metadata.js";
import { PartSource } from "./part-source.js";
import { PartStream } from "./part-stream.js";
import { RawChunks } from "./raw.js";

/**
 * The parts of a stream of the client. The first events are read before this resolves: a reply that begins
 * with a failure rejects the call, which the SDK may retry.
 *
 * @param {object} stream
 * @param {{ warnings: object[], answerTool?: string, startedAt: number, includeRawChunks?: boolean, failure:
 *   (error: unknown) => unknown }} how
 * @returns {Promise<ReadableStream<object>>}
 */
export async function partStream(stream, { warnings, includeRawChunks, ...how }) {
  const [other, read] = includeRawChunks ? stream.tee() : [undefined, stream];
  const source = new PartSource(read, { ...how, raw: other && new RawChunks(other) });
  source.parts.push(...beginning(warnings, responseOf(read.meta)));
  await source.begin();
  return new PartStream(source);
}

const beginning = (warnings, response) => [
  { type: "stream-start", warnings },
  { type: "response-metadata", ...response },
];

/** A complete answer as a stream, for models that do not stream. */
export function wholeAnswer({ content, finishReason, usage, providerMetadata, response, warnings }) {
  const parts = beginning(warnings, responseOfWhole(response));
  for (const [at, part] of content.entries()) parts.push(...partsOf(part, at));
  parts.push({ type: "finish", finishReason, usage, providerMetadata });
  return new PartStream({ parts, at: 0, isOver: true, broken: undefined, cancel() {} });
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
