/** Tasks that hear and see: one result, whatever the model says. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { testEachDoor } from "./harness.mjs";

const speechOf = (ai, text) =>
  ai.generateSpeech("@cf/deepgram/aura-1", { text, encoding: "linear16", container: "wav" });
const imageOf = (ai) =>
  ai.generateImage("@cf/stabilityai/stable-diffusion-xl-base-1.0", {
    prompt: "a cat",
    width: 256,
    height: 256,
  });

testEachDoor("transcripts of all models have one shape, in seconds", async ({ door }) => {
  const ai = door.client();
  const { bytes } = await speechOf(ai, "one two three");
  for (const [model, more] of [
    ["@cf/openai/whisper", { vtt: true }],
    ["@cf/openai/whisper-tiny-en", { vtt: true }],
    ["@cf/openai/whisper-large-v3-turbo", { vtt: true, duration: true, language: true, segments: true }],
    ["@cf/deepgram/nova-3", { confidence: true }],
  ]) {
    const transcript = await ai.transcribe(model, bytes);
    equal(transcript.text, "one two three", model);
    deepEqual(
      transcript.words.map(({ word }) => word),
      ["one", "two", "three"],
      model,
    );
    ok(
      transcript.words.every(
        ({ start, end }, at) => start < end && start >= (transcript.words[at - 1]?.end ?? 0),
      ),
      model,
    );
    ok(transcript.words.at(-1).end < 10, `${model}: seconds`);
    if (more.vtt) match(transcript.vtt, /^WEBVTT/);
    if (more.duration) ok(transcript.duration > 0 && transcript.duration < 10);
    if (more.language) equal(transcript.language, "en");
    if (more.segments) equal(transcript.segments[0].text, "one two three");
    if (more.confidence) ok(transcript.words[0].confidence > 0);
    ok(transcript.raw !== undefined && transcript.meta.requestId !== undefined);
    equal(transcript.meta.model, model);
  }
});

testEachDoor("parameters reach the model", async ({ door }) => {
  const ai = door.client();
  const speech = await speechOf(ai, "one two");
  const described = await ai.transcribe("@cf/deepgram/nova-3", {
    audio: speech.bytes,
    diarize: true,
    punctuate: true,
  });
  equal(described.words[0].speaker, 0);
  const turbo = "@cf/openai/whisper-large-v3-turbo";
  equal(
    (await ai.transcribe(turbo, { audio: speech.bytes, language: "de" })).raw.transcription_info
      .language_probability,
    1,
  );
  await rejects(ai.transcribe(turbo, { audio: speech.bytes, task: "sing" }), {
    code: "INVALID_INPUT",
    field: "task",
  });
});

testEachDoor("a turn is complete or not", async ({ door }) => {
  const ai = door.client();
  const { bytes } = await speechOf(ai, "I am done.");
  for (const audio of [bytes, new Blob([bytes]), new Blob([bytes]).stream(), Array.from(bytes)]) {
    const turn = await ai.detectTurn("@cf/pipecat-ai/smart-turn-v2", audio);
    equal(turn.isComplete, turn.raw.is_complete);
    equal(turn.probability, turn.raw.probability);
  }
  const samples = new Float32Array(1600);
  const { probability } = await ai.detectTurn("@cf/pipecat-ai/smart-turn-v2", {
    audio: samples,
    dtype: "float32",
  });
  ok(probability >= 0 && probability <= 1);
});

testEachDoor("images are described, by any model, with either name of the question", async ({ door }) => {
  const ai = door.client();
  const image = await imageOf(ai);
  for (const model of ["@cf/llava-hf/llava-1.5-7b-hf", "@cf/moondream/moondream3.1-9B-A2B"]) {
    match((await ai.describeImage(model, image.bytes)).text, /256 by 256/, model);
    for (const name of ["prompt", "question"]) {
      const { text } = await ai.describeImage(model, { image: image.stream(), [name]: "Is it a cat?" });
      match(text, /256 by 256.*Is it a cat\?/s, `${model} ${name}`);
    }
    const run = await ai.run(model, { image: image.blob(), stream: false });
    match(run.description ?? run.answer, /256 by 256/, model);
  }
});

testEachDoor("moondream tells what it used, and where things are", async ({ door }) => {
  const ai = door.client();
  const model = "@cf/moondream/moondream3.1-9B-A2B";
  const { bytes } = await imageOf(ai);
  const { usage } = await ai.describeImage(model, { image: bytes, task: "caption" });
  equal(usage.totalTokens, usage.promptTokens + usage.completionTokens);
  const { points } = await ai.describeImage(model, { image: bytes, task: "point", target: "cat" });
  ok(points.length > 0 && points.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1));
  const { objects } = await ai.describeImage(model, { image: bytes, task: "detect", max_objects: 1 });
  ok(objects.length === 1 && objects[0].xmin < objects[0].xmax);
  await rejects(ai.describeImage(model, { image: bytes, stream: true }), {
    code: "INVALID_INPUT",
    field: "stream",
  });
  const stream = await ai.run(model, { image: bytes, question: "?", stream: true });
  match(await stream.text(), /256 by 256/);
});

testEachDoor("images are sorted and searched", async ({ door }) => {
  const ai = door.client();
  const image = await imageOf(ai);
  for (const form of [
    () => image.bytes,
    () => image.blob(),
    () => image.stream(),
    () => image.response(),
    () => image.base64(),
    () => [...image.bytes],
  ]) {
    const { labels } = await ai.classifyImage("@cf/microsoft/resnet-50", form());
    ok(labels.length === 5 && labels.every(({ score }, at) => score <= (labels[at - 1]?.score ?? 1)));
    const { objects, raw } = await ai.detectObjects("@cf/facebook/detr-resnet-50", { image: form() });
    deepEqual(
      objects.map(({ box }) => box),
      raw.map(({ box }) => box),
    );
  }
  deepEqual(
    await ai.run("@cf/microsoft/resnet-50", image.bytes),
    (await ai.classifyImage("@cf/microsoft/resnet-50", image.bytes)).raw,
  );
});
