// The gateway's own endpoints: logs, addresses, and the universal run with its fallbacks.

import { ServiceError } from "../errors.js";
import { readBytes } from "../faces/body.js";
import { envelopeFace } from "../faces/envelope.js";
import { parseJson } from "../faces/json.js";
import { newCall, reading } from "../faces/read.js";
import { Answer } from "../streams/answer.js";

const HOST = "https://gateway.ai.cloudflare.com/v1";
/** The account in URLs that are never requested. */
const NO_ACCOUNT = "local";

export const gatewayLog = ({ gatewayName, logId }, service) => ({
  kind: "json",
  value: service.gateways.find(gatewayName, logId),
});

export function patchGatewayLog({ gatewayName, logId, inputs }, service) {
  service.gateways.patch(gatewayName, logId, inputs);
  return { kind: "json", value: {} };
}

/** The events of a run, starting at a given one. */
export function resumeRun({ gatewayName, runId, query }, service) {
  const body = service.gateways.runs.resume(gatewayName, runId, Number(query.from ?? 0));
  if (body === undefined) throw new ServiceError(7002, "There is no such run, or it is kept no longer");
  return { kind: "stream", contentType: "text/event-stream", produce: body };
}

export function gatewayUrl({ gatewayName, provider, account = NO_ACCOUNT }) {
  const path = provider === "universal" ? "" : `/${provider}`;
  return { kind: "json", value: { url: `${HOST}/${account}/${gatewayName}${path}` } };
}

/**
 * Answers a universal request: runs its steps in order until one succeeds. `runStep` answers one step; only
 * Workers AI steps are supported.
 *
 * @param {unknown} steps
 * @param {(step: { model: string, operation: string, inputs: object }, index: number) => Promise<import("../streams/answer.js").Answer>} runStep
 */
async function universalRun(steps, runStep) {
  const all = [steps].flat();
  if (all.length === 0) throw new ServiceError(5006, "Bad input: Error: Length of '/' must be >= 1");
  let last;
  for (const [index, step] of all.entries()) {
    last = await runStep(readStep(step), index);
    if (last.ok) break;
  }
  return last;
}

/**
 * Answers a universal request, given as a body.
 *
 * @param {{ gateway: object, maxBodyBytes: number, check?: (step: object) => void, faceOf?: (step: object) => object }} options
 */
export async function answerUniversal(service, request, url, options) {
  const { gateway, maxBodyBytes, check = () => {}, faceOf = () => envelopeFace } = options;
  const steps = await parseJson(await readBytes(request, maxBodyBytes));
  return universalRun(steps, async (step, index) => {
    if (step.unavailable)
      return Answer.json({ error: `No provider ${step.unavailable} here` }, { status: 400 });
    const call = { ...newCall("rest", request, url), ...step, gateway, step: index };
    return service.respond(await reading(call, () => check(step)), faceOf(step));
  });
}

/** A step may contain the provider's token in its own headers. */
const authorizationOf = ({ headers }) =>
  Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "authorization")?.[1];

const OPENAI = { "v1/chat/completions": "chat", "v1/embeddings": "embeddings", "v1/responses": "responses" };

function readStep(step) {
  if (step === null || typeof step !== "object" || typeof step.provider !== "string" || !step.query)
    throw new ServiceError(
      5006,
      "Bad input: Error: required properties at '/0' are 'provider,endpoint,query'",
    );
  if (step.provider !== "workers-ai")
    return { unavailable: step.provider, model: "", operation: "run", inputs: {} };
  const endpoint = String(step.endpoint ?? "");
  const common = { inputs: step.query, options: {}, authorization: authorizationOf(step) };
  const operation = OPENAI[endpoint];
  if (operation) return { ...common, operation, model: String(step.query.model ?? "") };
  return { ...common, operation: "run", model: endpoint.replace(/^run\//, "") };
}
