// Models that are spoken to over a WebSocket: some speak while they are written to, some write while they are spoken to.

import { livePlayer } from "../lib/audio/live-player.js";
import { microphone } from "../lib/audio/microphone.js";
import { samplesOf } from "../lib/audio/recorder.js";
import { pcm16, wavOfPCM } from "../lib/audio/wav.js";
import { ai } from "../lib/client.js";
import { codeBox } from "../lib/code.js";
import { h } from "../lib/dom.js";
import { fieldOf } from "../lib/fields.js";
import { makeForm } from "../lib/form.js";
import { metaLine } from "../lib/meta.js";
import { problem } from "../lib/problem.js";
import { spokenSentence } from "../lib/samples.js";

const OUTPUT_RATE = 24000;
const INPUT_RATE = 16000;
const FRAME = INPUT_RATE / 10;

/** The functions that the page runs; it shows their texts. */
async function speak({ ai, model, parameters, text, signal, onSound }) {
  const connection = await ai.connect(model, parameters, { signal });
  connection.send(text);
  connection.flush();
  for await (const message of connection) {
    if (message instanceof Uint8Array) onSound(message);
    else if (message.type === "Flushed") break; // leaving the loop hangs up
  }
  return connection.meta;
}

async function listen({ ai, model, parameters, sound, signal, onMessage }) {
  const connection = await ai.connect(model, parameters, { signal });
  const sent = connection.send(sound);
  sent.then(() => connection.end()).catch(() => connection.close());
  for await (const message of connection) {
    onMessage(message);
  }
  return connection.meta;
}

const speaks = (model) => model.task === "Text-to-Speech";

export default function mount(root) {
  const output = h("section", { className: "result", "aria-label": "Conversation", "aria-live": "polite" });
  let running = null;
  const form = makeForm({
    method: "connect",
    first: "@cf/deepgram/aura-1",
    action: "Connect",
    settings: false,
    fields: [
      (model) =>
        speaks(model) && {
          name: "text",
          label: "What is said",
          kind: "area",
          value: "Ahoy! This sentence is spoken while the rest of it is still being made.",
        },
      (model, { speaker }) => speaks(model) && speaker && { ...fieldOf("speaker", speaker), label: "Voice" },
      (model) =>
        !speaks(model) && {
          name: "audio",
          label: "A recording, or nothing for the microphone",
          kind: "audio",
          sample: spokenSentence,
          sampleLabel: "Let a model say a sentence",
        },
    ],
    onStop: () => running?.abort(),
    onSubmit: async ({ model, input }) => {
      running = new AbortController();
      const { signal } = running;
      form.setBusy(true);
      output.replaceChildren(h("p", { className: "waiting" }, "Connecting"));
      try {
        const use = speaks(form.chosen()) ? speaking : listening;
        await use({ model, input, signal, output });
      } catch (error) {
        output.querySelector(".waiting")?.remove();
        if (signal.aborted) output.append(h("p", { className: "faint" }, "You hung up."));
        else {
          output.append(problem(error));
          form.mark(error?.field);
        }
      } finally {
        running.abort();
        form.setBusy(false);
      }
    },
  });
  root.append(
    h(
      "p",
      { className: "lead" },
      "Speaks while it is written to, or writes while it is spoken to, over one WebSocket through the Worker. Stop hangs up.",
    ),
    form.element,
    output,
  );
}

async function speaking({ model, input: { text = "", speaker }, signal, output }) {
  const parameters = { encoding: "linear16", sample_rate: OUTPUT_RATE, ...(speaker ? { speaker } : {}) };
  const live = livePlayer(OUTPUT_RATE);
  const chunks = [];
  const size = h("p", { className: "faint" });
  output.replaceChildren(size);
  const onSound = (bytes) => {
    chunks.push(bytes);
    live.play(bytes);
    const seconds = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0) / 2 / OUTPUT_RATE;
    size.textContent = `${chunks.length} pieces, ${seconds.toFixed(1)} s of sound`;
  };
  signal.addEventListener("abort", live.stop, { once: true });
  const meta = await speak({ ai, model, parameters, text, signal, onSound });
  const sound = URL.createObjectURL(wavOfPCM(chunks, OUTPUT_RATE));
  output.append(
    h(
      "figure",
      {},
      h("audio", { src: sound, controls: true }),
      h("a", { href: sound, download: "speech.wav" }, "Download"),
    ),
    metaLine(meta) ?? "",
    codeBox(speak, { model, parameters, text }),
  );
}

async function listening({ model, input: { audio }, signal, output }) {
  const parameters = { encoding: "linear16", sample_rate: String(INPUT_RATE) };
  const sound = audio ? await framesOf(audio) : await microphone(INPUT_RATE, signal);
  const turns = h("ol", { className: "turns" });
  output.replaceChildren(h("p", {}, audio ? "The recording is being sent." : "Speak."), turns);
  const rows = new Map();
  const onMessage = (message) => {
    const { key, text, isFinal } = transcriptIn(message);
    if (text === "") return;
    if (!rows.has(key)) {
      rows.set(key, h("li"));
      turns.append(rows.get(key));
    }
    rows.get(key).textContent = text;
    rows.get(key).classList.toggle("final", isFinal);
  };
  output.append(codeBox(listen, { model, parameters }));
  const meta = await listen({ ai, model, parameters, sound, signal, onMessage });
  output.append(metaLine(meta) ?? "");
}

/** What a message says, whichever model's it is: flux numbers its turns, nova its seconds. */
function transcriptIn(message) {
  if (message.event !== undefined) {
    return {
      key: message.turn_index,
      text: message.transcript ?? "",
      isFinal: message.event === "EndOfTurn",
    };
  }
  const [best] = message.channel?.alternatives ?? [];
  if (best) return { key: message.start, text: best.transcript ?? "", isFinal: message.is_final === true };
  return { key: Symbol("message"), text: JSON.stringify(message), isFinal: true };
}

/** A recording in frames of a tenth of a second. */
async function framesOf(blob) {
  const samples = await samplesOf(blob, INPUT_RATE);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= samples.length) return controller.close();
      controller.enqueue(pcm16(samples.subarray(at, at + FRAME)));
      at += FRAME;
    },
  });
}
