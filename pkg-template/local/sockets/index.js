// The models that use a WebSocket.

import { ServiceError } from "../errors.js";
import { AuraSession, readAura } from "./aura.js";
import { NemotronSession, readPieces, TurnSession } from "./each-message.js";
import { withSocketFaults } from "./faulty.js";
import { FluxSession, readFlux } from "./flux.js";
import { NovaSession, readNova } from "./nova.js";

/** For each family: the parser of inputs, the session, and the required method of the engine. */
const SESSIONS = {
  "speech.flux": [readFlux, FluxSession, "transcribe"],
  "speech.nova3": [readNova, NovaSession, "transcribe"],
  "speech.nemotron": [readPieces, NemotronSession, "transcribe"],
  "voice.aura1": [readAura, AuraSession, "speak"],
  "voice.aura2-en": [readAura, AuraSession, "speak"],
  "voice.aura2-es": [readAura, AuraSession, "speak"],
  "turn.smart-turn": [readPieces, TurnSession, "detectTurn"],
};

/**
 * Makes ready to talk: inputs are checked before the connection is agreed to.
 *
 * @returns {{ engine: object, start(connection: object, faults: object): void }}
 */
export function openSession(call, model, engines) {
  const [read, Session, method] = SESSIONS[model.family] ?? [];
  if (!Session)
    throw new ServiceError(5006, "Bad input: Error: this model does not support WebSocket connections");
  const engine = engines.find((candidate) => candidate[method]);
  if (!engine) throw new ServiceError(5007, `No engine of the local service answers ${model.task}`);
  const options = read(call.inputs, model);
  return {
    engine,
    start: (connection, faults) => start({ call, model, engine, Session, options, connection, faults }),
  };
}

function start({ call, model, engine, Session, options, connection, faults }) {
  const { signal } = call;
  const out = withSocketFaults(connection, faults, signal);
  const context = {
    model,
    requestId: call.requestId,
    send: (message) => out.send(message instanceof Uint8Array ? message : JSON.stringify(message)),
    close: out.close,
    parse: parsed,
    transcribe: (audio, language) => engine.transcribe({ model, audio, language, signal }),
    speak: (request) => engine.speak({ model, ...request, signal }),
    detectTurn: (audio) => engine.detectTurn({ model, audio, signal }),
  };
  const session = new Session(options, context);
  // Sequentially, in the order of arrival.
  let queue = Promise.resolve();
  connection.onMessage = (data) => {
    queue = queue
      .then(() => session.receive(data))
      .catch((error) => {
        if (signal.aborted) return;
        call.onError(error);
        connection.close(1011, "Internal server error");
      });
    return queue;
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
