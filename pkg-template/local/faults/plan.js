import { ServiceError } from "../errors.js";
import { joined } from "../media/bytes.js";
import { forever, pause } from "../streams/abort.js";
import { Answer } from "../streams/answer.js";
import { addBodyFaults, chunksIn } from "./body.js";
import { ConnectionFault, HINTS } from "./connection.js";
import { edgeFailure, faultError } from "./errors.js";
import { parseFaults } from "./parse.js";

/** Limit of the counted faults that are stored. */
const MOST_COUNTED = 10_000;

/** Determines the faults of a call: those of its header, otherwise those of the service's options. */
export class FaultPlan {
  #source;
  #header;
  /** Calls that each counted fault (`times=n`) has met so far. */
  #met = new Map();

  constructor({ faults, faultHeader = "x-local-fault" }) {
    this.#source = typeof faults === "function" ? faults : parseFaults(faults);
    this.#header = faultHeader;
  }

  for(call) {
    const text = this.#header ? call.headers.get(this.#header) : null;
    if (text) return this.#counted(parseFaults(text), text);
    if (typeof this.#source !== "function") return this.#counted(this.#source, "");
    const chosen = this.#source({ model: call.model, face: call.face, inputs: call.inputs });
    return this.#counted(parseFaults(chosen), JSON.stringify(chosen ?? ""));
  }

  #counted(faults, key) {
    if (faults.times === undefined) return faults;
    const name = faults.id ?? key;
    const met = this.#met.get(name) ?? 0;
    // The header is set by the caller, so the number of its stored texts is limited.
    if (met === 0 && this.#met.size >= MOST_COUNTED) this.#met.delete(this.#met.keys().next().value);
    this.#met.set(name, met + 1);
    return met < faults.times ? faults : { id: faults.id };
  }
}

/**
 * Applies the faults before an answer is created: waiting, hanging, failing. Returns a reply if the edge
 * answers in place of the service.
 */
export async function beforeAnswer(faults, call) {
  const { options, signal } = call;
  // Out of capacity: a call with `rejectIfBusy` is rejected at once.
  if (faults.busy && String(options.rejectIfBusy) === "true") throw new ServiceError(3040);
  if (faults.busy) await pause(faults.busy, signal);
  if (faults.delay) await pause(faults.delay, signal);
  if (faults.hang) await forever(signal);
  if (faults.disconnect) throw new ConnectionFault();
  const error = faultError(faults, call);
  if (error) throw error;
  return edgeFailure(faults) ?? redirection(faults) ?? emptiness(faults);
}

const redirection = ({ redirect: location, status = 307 }) =>
  location === undefined ? null : new Answer(null, { status, headers: { location } });

const emptiness = ({ empty }) =>
  empty === undefined ? null : new Answer(null, { status: empty === true ? 200 : empty });

/** Applies the faults to a finished answer. */
export async function afterAnswer(answer, faults) {
  const { headers } = answer;
  if (faults.sized) await announce(answer);
  if (faults.charset && headers["content-type"] === "application/json")
    headers["content-type"] = "application/json; charset=utf-8";
  if (faults["content-type"] !== undefined) headers["content-type"] = faults["content-type"];
  if (faults["bad-gzip"]) headers["content-encoding"] = "gzip";
  // For the server: only it can send something before the answer.
  if (faults.hints) headers[HINTS] = "1";
  addBodyFaults(answer, faults);
}

/** Sets content-length. */
async function announce(answer) {
  const chunks = [];
  for await (const chunk of chunksIn(answer)) chunks.push(chunk);
  answer.body = joined(chunks);
  answer.headers["content-length"] = String(answer.body.length);
}
