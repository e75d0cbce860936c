// The pipeline that every face shares:
//
//     call -> faults -> canned reply | Cloudflare | task (dialect <-> engine) -> face's own shape -> faults of the body
//
// A face makes a call from a request and dresses the outcome; nothing here knows REST from the binding.

import { answerQueue, Batches, queueWish } from "./api/batches.js";
import { Finetunes } from "./api/finetunes.js";
import { API } from "./api/index.js";
import { dress, gatewayHeaders, headersOf } from "./dress.js";
import { CannedText } from "./engines/canned.js";
import { chooseEngines } from "./engines/choose.js";
import { StandIn } from "./engines/stand-in.js";
import { internalError, ServiceError } from "./errors.js";
import { ConnectionFault } from "./faults/connection.js";
import { FaultSyntaxError } from "./faults/parse.js";
import { afterAnswer, beforeAnswer, FaultPlan } from "./faults/plan.js";
import { shaped } from "./faults/shapes.js";
import { forwardCall } from "./forward.js";
import { Gateways, newLogId } from "./gateway/gateways.js";
import { checkNames, SERVICE_OPTIONS } from "./known-options.js";
import { isThirdParty, ModelRegistry } from "./models/registry.js";
import { Recordings } from "./recording/recordings.js";
import { Routes } from "./routes.js";
import { openSession } from "./sockets/index.js";
import { linkedController, orAborted } from "./streams/abort.js";
import { chunksOf, readableFrom } from "./streams/readable.js";
import { METHODS, taskOf } from "./tasks/index.js";

export class LocalService {
  #options;
  #engines;
  #faults;
  #routes;
  #onCall;
  #onError;
  /** Ends what goes on in the background. */
  #closing = new AbortController();

  constructor(options = {}) {
    checkNames(options, SERVICE_OPTIONS, "the local service");
    this.#options = options;
    this.models = new ModelRegistry(options.models, { deprecated: options.deprecated });
    this.batches = new Batches(options.batchPolls, options.onBatchEvent);
    this.finetunes = new Finetunes();
    this.gateways = new Gateways();
    this.recordings = new Recordings(options);
    this.#faults = new FaultPlan(options);
    this.#routes = new Routes(options.routes);
    this.#onCall = options.onCall ?? (() => {});
    this.#onError = options.onError ?? ((error) => console.error(error));
  }

  /** The engines in the order they are asked; found out once, at the first use. */
  engines() {
    this.#engines ??= chooseEngines(this.#options);
    return this.#engines;
  }

  /** Whether calls go to Cloudflare as they came. */
  async passesThrough() {
    return (await this.engines()).some((engine) => engine.forwardRest);
  }

  /** Who answers each task, in words for a person. */
  async describe() {
    const engines = await this.engines();
    const otherwise = this.recordings.replays ? "recorded answers" : "nobody";
    const first = (method) =>
      engines.find((engine) => engine.forwardRest || engine[method])?.description ?? otherwise;
    return Object.fromEntries(Object.entries(METHODS).map(([task, method]) => [task, first(method)]));
  }

  /** Frees what engines hold: models, contexts. */
  async close() {
    this.#closing.abort(new DOMException("The local service is closed", "AbortError"));
    await this.recordings.close();
    if (!this.#engines) return;
    for (const engine of await this.#engines) await engine.close?.();
  }

  /**
   * Answers a call as a response in the shape of its face. Rejects only when the caller has gone away, or as a fault of the connection.
   *
   * @param {object} call what is asked: `face`, `operation`, `model`, `inputs`, `options`, `query`, `headers`, `signal`, `forward`;
   *   `raw` if the body was bytes, `form` if it was one, `gateway` if one is asked through; `refused` is an error that the face
   *   found already
   * @param {{ json(value, call, info): unknown, error(error, call): Response }} face how this door dresses values and errors
   */
  async respond(call, face) {
    const { controller, report } = this.#open(call);
    let faults = {};
    let response;
    try {
      if (call.refused) throw call.refused;
      faults = this.#faultsOf(call);
      response = await beforeAnswer(faults, call);
      if (!response) {
        const reply = this.recordings.keep(call, await orAborted(this.#reply(call), call.signal));
        call.answeredBy = reply.engine?.name ?? reply.source;
        call.usage = reply.value?.usage;
        response = dress(reply, call, face);
        if (call.keepsRun && isStream(response)) response = this.#kept(call, response);
      }
    } catch (thrown) {
      response = this.#refusal(thrown, call, face, { controller, report });
    }
    const answer = await afterAnswer(response, faults, controller.signal);
    return watched(answer, controller, (outcome) => report(outcome, response.status));
  }

  /**
   * Opens a WebSocket: `{ headers, start(connection) }` once the call was found to be right, else `{ response }`. Rejects only when
   * the caller has gone away.
   */
  async connect(call, face) {
    const { controller, report } = this.#open(call);
    try {
      if (call.refused) throw call.refused;
      const faults = this.#faultsOf(call);
      const failed = await beforeAnswer(faults, call);
      if (failed) {
        report("complete", failed.status);
        return { response: failed };
      }
      const route = await this.#routes.find(call);
      if (route?.error !== undefined) throw new ServiceError(route.error, route.message, route);
      if (await this.passesThrough())
        throw new ServiceError(7003, "The local service does not pass WebSockets on to Cloudflare");
      const session = openSession(call, this.models.get(call.model), await this.engines());
      call.answeredBy = session.engine.name;
      return {
        headers: headersOf({ engine: session.engine }, call),
        start(connection) {
          connection.onClose = ({ code }) => {
            report(code === 1006 ? "error" : "complete", 101);
            controller.abort(new DOMException("The connection is closed", "AbortError"));
          };
          session.start(connection, faults);
        },
      };
    } catch (thrown) {
      const response = this.#refusal(thrown, call, face, { controller, report });
      report("complete", response.status);
      return { response };
    }
  }

  /** What every call gets at its start, and how its end is told, once. */
  #open(call) {
    const controller = linkedController(call.signal);
    Object.assign(call, {
      requestId: crypto.randomUUID(),
      signal: controller.signal,
      onError: this.#onError,
      service: this,
    });
    // What other authors' models answer comes through a gateway, whoever asks.
    if (call.model !== "" && isThirdParty(call.model)) {
      call.gateway ??= { id: "default" };
      call.keepsRun = call.face === "binding" && call.inputs?.stream === true;
      // Whoever goes away may come back for the rest.
      if (call.keepsRun) call.signal = this.#closing.signal;
    }
    if (call.gateway) call.logId = call.gateway.eventId ?? newLogId();
    const startedAt = performance.now();
    let told = false;
    const report = (outcome, status) => {
      if (told) return;
      told = true;
      controller.unlink();
      const durationMs = performance.now() - startedAt;
      const { requestId, face, operation, model, answeredBy: engine, usage, error, faultId } = call;
      if (call.gateway && status !== undefined) {
        const cached = Boolean(call.cached);
        this.gateways.log(call, { status, success: !error, durationMs, cached, usage });
      }
      const code = error?.code;
      this.#onCall({ requestId, face, operation, model, engine, outcome, status, durationMs, code, faultId });
    };
    return { controller, report };
  }

  /** A stream that can be resumed. */
  #kept(call, { body, status, headers }) {
    const run = this.gateways.runs.keep(call.gateway.id, body);
    headers.set("cf-aig-run-id", run.id);
    return new Response(run.body, { status, headers });
  }

  #faultsOf(call) {
    const faults = this.#faults.for(call);
    call.failItem = faults["fail-item"];
    call.wholeOnly = Boolean(faults["whole-json"]);
    call.errorShape = faults.shape;
    call.faultId = faults.id;
    return faults;
  }

  /** The response to a failure; throws on if the caller has gone away. */
  #refusal(thrown, call, face, { controller, report }) {
    if (controller.signal.aborted) {
      report("cancelled");
      throw controller.signal.reason;
    }
    if (thrown instanceof ConnectionFault) {
      report("error");
      throw thrown;
    }
    call.error = this.#serviceError(thrown);
    const response = shaped(call.error, call, face);
    response.headers.set("cf-ai-req-id", call.requestId);
    const added = { ...(call.gateway ? gatewayHeaders(call) : {}), ...call.error.headers };
    for (const [name, value] of Object.entries(added)) response.headers.set(name, value);
    return response;
  }

  async #reply(call) {
    const route = call.model === "" ? null : await this.#routes.find(call);
    if (route?.error !== undefined)
      throw new ServiceError(route.error, route.message, { status: route.status, headers: route.headers });
    if (typeof route === "string") {
      const canned = { ...call, canned: new CannedText(route) };
      return this.#answer(canned);
    }
    if (route) return { kind: "route", route, source: "route" };

    const engines = await this.engines();
    const remote = engines.find((engine) => engine.forwardRest);
    if (remote) return { kind: "response", response: await forwardCall(call, remote), engine: remote };

    const operation = API[call.operation];
    if (operation) return (await this.recordings.find(call)) ?? operation(call, this);
    if (!call.gateway) return this.#answer(call);
    const cached = this.gateways.cached(call);
    if (cached) {
      call.cached = true;
      return cached;
    }
    const reply = await this.#answer(call);
    this.gateways.keep(call, reply);
    return reply;
  }

  /** Asks a model, or the queue. */
  async #answer(call) {
    const model = this.models.get(call.model);
    const wish = call.operation === "run" ? queueWish(call) : null;
    if (!wish) return this.#ask(call, model);
    const one = { ...call, options: {}, query: {}, signal: this.#closing.signal, wholeOnly: true };
    return answerQueue(wish, call, model, this.batches, (inputs) => this.#ask({ ...one, inputs }, model));
  }

  async #ask(call, model) {
    const engines = call.canned ? [call.canned] : await this.engines();
    const { answer, method, takesBody } = taskOf(model);
    if (call.raw && !takesBody) throw new ServiceError(5006, "Bad input: Error: the body is not valid JSON");
    const able = engines.filter((engine) => engine[method]);
    if (this.recordings.replays && (able.length === 0 || able[0] instanceof StandIn)) {
      const recorded = await this.recordings.find(call);
      if (recorded) return recorded;
    }
    if (able.length === 0 && this.recordings.replays)
      throw new ServiceError(5007, "The recordings have no answer to this request");
    if (able.length === 0)
      throw new ServiceError(5007, `No engine of the local service answers ${model.task}`);
    return answer(call, model, able);
  }

  /** What isn't the service's own error is a mistake of an engine or of this code: told to the operator, not to the caller. */
  #serviceError(thrown) {
    if (thrown instanceof ServiceError) return thrown;
    if (thrown instanceof FaultSyntaxError) return new ServiceError(5006, thrown.message);
    this.#onError(thrown);
    return internalError();
  }
}

const isStream = ({ body, headers }) =>
  body !== null && /^text\/event-stream\b/.test(headers.get("content-type") ?? "");

/** Ties the call's life to its body: whoever cancels the body aborts the call, and its end is reported once. */
function watched(response, controller, report) {
  if (!response.body) {
    report("complete");
    return response;
  }
  const onEnd = (outcome) => {
    if (outcome !== "complete") controller.abort(new DOMException("The caller went away", "AbortError"));
    report(outcome);
  };
  const { body, status, statusText, headers } = response;
  return new Response(
    readableFrom(() => chunksOf(body), { signal: controller.signal, onEnd }),
    { status, statusText, headers },
  );
}
