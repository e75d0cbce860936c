// The pipeline that every face shares:
//
//     call -> faults -> canned reply | Cloudflare | task (dialect <-> engine) -> face's own shape -> faults of the body
//
// A face makes a call from a request and dresses the outcome; nothing here knows REST from the binding.

import { answerQueue, Batches, queueOperation } from "./api/batches.js";
import { Finetunes } from "./api/finetunes.js";
import { API } from "./api/index.js";
import { dress, headersOf } from "./dress.js";
import { CannedText } from "./engines/canned.js";
import { checkEngine, chooseEngines } from "./engines/choose.js";
import { StandIn } from "./engines/stand-in.js";
import { internalError, ServiceError } from "./errors.js";
import { ConnectionFault } from "./faults/connection.js";
import { FaultSyntaxError } from "./faults/parse.js";
import { afterAnswer, beforeAnswer, FaultPlan } from "./faults/plan.js";
import { shaped } from "./faults/shapes.js";
import { forwardCall } from "./forward.js";
import { Gateways, newLogId } from "./gateway/gateways.js";
import { checkServiceOptions } from "./known-options.js";
import { isThirdParty, ModelRegistry } from "./models/registry.js";
import { Recordings } from "./recording/recordings.js";
import { Routes } from "./routes.js";
import { openSession } from "./sockets/index.js";
import { linkedController, orAborted } from "./streams/abort.js";
import { METHODS, taskOf } from "./tasks/index.js";

export class LocalService {
  #options;
  #engines;
  #faults;
  #routes;
  #onCall;
  #onError;
  /** Stops background work. */
  #closing = new AbortController();

  constructor(options = {}) {
    checkServiceOptions(options);
    checkEngine(options.engine);
    this.#options = options;
    this.models = new ModelRegistry(options.models, { deprecated: options.deprecated });
    this.batches = new Batches(options.batchPolls, options.onBatchEvent);
    this.finetunes = new Finetunes();
    this.gateways = new Gateways(options.spendLimits);
    this.recordings = new Recordings(options);
    this.#faults = new FaultPlan(options);
    this.#routes = new Routes(options.routes);
    this.#onCall = options.onCall ?? (() => {});
    this.#onError = options.onError ?? ((error) => console.error(error));
  }

  /** The engines in order of precedence, determined once at the first use. */
  engines() {
    this.#engines ??= chooseEngines(this.#options);
    return this.#engines;
  }

  /** Whether calls go to Cloudflare as they came. */
  async passesThrough() {
    return (await this.engines()).some((engine) => engine.forwardRest);
  }

  /** A description of the engine of each task. */
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
   * Answers a call in the shape of its face. Rejects only when the caller has gone away, or as a fault of the connection.
   *
   * @param {object} call the request: `face`, `operation`, `model`, `inputs`, `options`, `query`, `headers`, `signal`, `forward`;
   *   `raw` if the body was bytes, `form` if it was one, `gateway` if it goes through one; `refused` is an error that the face
   *   found already
   * @param {{ json(value, call, info): unknown, error(error, call): import("./streams/answer.js").Answer }} face how this door dresses values and errors
   */
  async respond(call, face) {
    const { controller, report } = this.#open(call);
    let faults = {};
    let answer;
    try {
      if (call.refused) throw call.refused;
      faults = this.#faultsOf(call);
      answer = await beforeAnswer(faults, call);
      if (!answer) {
        const reply = this.recordings.keep(call, await orAborted(this.#reply(call), call.signal));
        call.answeredBy = reply.engine?.name ?? reply.source;
        call.usage ??= reply.value?.usage;
        call.neurons ??= reply.neurons;
        answer = dress(reply, call, face);
        if (call.keepsRun && isEvents(answer)) this.#keep(call, answer);
      }
    } catch (thrown) {
      answer = this.#refusal(thrown, call, face, { controller, report });
    }
    const { status } = answer;
    await afterAnswer(answer, faults);
    // What is whole has ended; a stream ends with the call, and the call with it.
    if (!answer.isStream) report("complete", status);
    answer.signal = controller.signal;
    answer.onEnd = (outcome) => {
      if (outcome !== "complete") controller.abort(new DOMException("The caller went away", "AbortError"));
      report(outcome, status);
    };
    return answer;
  }

  /**
   * Opens a WebSocket: `{ headers, start(connection) }` once the call was found to be right, else `{ answer
   * }`. Rejects only when the caller has gone away.
   */
  async connect(call, face) {
    const { controller, report } = this.#open(call);
    try {
      if (call.refused) throw call.refused;
      const faults = this.#faultsOf(call);
      const failed = await beforeAnswer(faults, call);
      if (failed) {
        report("complete", failed.status);
        return { answer: failed };
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
      const answer = this.#refusal(thrown, call, face, { controller, report });
      report("complete", answer.status);
      return { answer };
    }
  }

  /** What every call gets at its start, and how its end is reported, once. */
  #open(call) {
    const controller = linkedController(call.signal);
    Object.assign(call, {
      requestId: crypto.randomUUID(),
      signal: controller.signal,
      onError: this.#onError,
      service: this,
    });
    // Answers of other authors' models pass through a gateway, with every face.
    call.thirdParty = call.model !== "" && isThirdParty(call.model);
    if (call.thirdParty) {
      call.gateway ??= { id: "default" };
      call.keepsRun = call.face === "binding" && call.inputs?.stream === true;
      // A caller that has disconnected may resume the run.
      if (call.keepsRun) call.signal = this.#closing.signal;
    }
    if (call.gateway) call.logId = call.gateway.eventId ?? newLogId();
    const startedAt = performance.now();
    let isReported = false;
    const report = (outcome, status) => {
      if (isReported) return;
      isReported = true;
      controller.unlink();
      const durationMs = performance.now() - startedAt;
      const { requestId, face, operation, model, answeredBy: engine, error, faultId } = call;
      if (call.gateway && status !== undefined)
        this.gateways.log(call, { status, success: !error, durationMs });
      const code = error?.code;
      this.#onCall({ requestId, face, operation, model, engine, outcome, status, durationMs, code, faultId });
    };
    return { controller, report };
  }

  /** Makes a stream one that can be resumed. */
  #keep(call, answer) {
    const run = this.gateways.runs.keep(call.gateway.id, answer.body(call.signal));
    answer.headers["cf-aig-run-id"] = run.id;
    answer.body = run.body;
  }

  #faultsOf(call) {
    const faults = this.#faults.for(call);
    call.failItem = faults["fail-item"];
    call.wholeOnly = Boolean(faults["whole-json"]);
    call.errorShape = faults.shape;
    call.faultId = faults.id;
    return faults;
  }

  /** The answer to a failure; throws on if the caller has gone away. */
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
    const answer = shaped(call.error, call, face);
    Object.assign(answer.headers, headersOf({}, call), call.error.headers);
    return answer;
  }

  async #reply(call) {
    const route = call.model === "" ? null : await this.#routes.find(call);
    if (route && call.gateway) this.gateways.spending.check(call);
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
    this.gateways.spending.check(call);
    const reply = await this.#answer(call);
    this.gateways.keep(call, reply);
    return reply;
  }

  /** Calls a model, or the queue. */
  async #answer(call) {
    const model = this.models.get(call.model);
    const operation = call.operation === "run" ? queueOperation(call) : null;
    if (!operation) return this.#callModel(call, model);
    const one = { ...call, options: {}, query: {}, signal: this.#closing.signal, wholeOnly: true };
    return answerQueue(operation, call, model, this.batches, (inputs) =>
      this.#callModel({ ...one, inputs }, model),
    );
  }

  async #callModel(call, model) {
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

  /** What isn't the service's own error is a mistake of an engine or of this code: reported to the operator, not to the caller. */
  #serviceError(thrown) {
    if (thrown instanceof ServiceError) return thrown;
    if (thrown instanceof FaultSyntaxError) return new ServiceError(5006, thrown.message);
    this.#onError(thrown);
    return internalError();
  }
}

const isEvents = ({ isStream, headers }) =>
  isStream && /^text\/event-stream\b/.test(headers["content-type"] ?? "");
