/** Programs for the AI SDK, with this package's provider: through each door, with the genuine SDK. */
import { generateText, streamText } from "./ai.mjs";
import { deepEqual, equal, match, ok } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { testEachDoor } from "./harness.mjs";

/** The provider over a door's client. */
const providerOf = ({ aiSdk, door }) => aiSdk.createWorkersAI(door.client());

testEachDoor("ai: generateText", async (t) => {
  for (const id of Object.values(MODELS)) {
    const { text, finishReason, usage, providerMetadata, response, warnings } = await generateText({
      model: providerOf(t)(id),
      system: "You are brief.",
      prompt: "Why is the sky blue?",
      temperature: 0.5,
      maxOutputTokens: 64,
    });
    match(text, /stand-in/);
    equal(finishReason, "stop");
    ok(usage.inputTokens > 0 && usage.totalTokens === usage.inputTokens + usage.outputTokens, "usage");
    deepEqual(warnings, []);
    const { model, attempts, door } = providerMetadata.workersai;
    deepEqual({ model, attempts, door }, { model: id, attempts: 1, door: t.door.name });
    equal(response.modelId, id);
  }
});

testEachDoor("ai: streamText", async (t) => {
  for (const id of Object.values(MODELS)) {
    const result = streamText({ model: providerOf(t)(id), prompt: "Why is the sky blue?" });
    const pieces = [];
    for await (const piece of result.textStream) pieces.push(piece);
    ok(pieces.length > 5, "it comes in pieces");
    equal(await result.text, pieces.join(""));
    match(pieces.join(""), /stand-in/);
    equal(await result.finishReason, "stop");
    const usage = await result.usage;
    ok(usage.inputTokens > 0 && usage.outputTokens > 0, "usage");
    equal((await result.providerMetadata).workersai.door, t.door.name);
  }
});
