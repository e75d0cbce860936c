// `cost`: prints the price of a call according to this version's catalogue.

import { numberFrom, UsageError } from "./usage.js";

const most = 1e12;

export const costOptions = (command) =>
  command
    .option("-i, --in <tokens>", "tokens of the input", numberFrom("--in", 0, most))
    .option("-o, --out <tokens>", "tokens of the answer", numberFrom("--out", 0, most))
    .option(
      "--cached <tokens>",
      "tokens of the input that came from the cache",
      numberFrom("--cached", 0, most),
    )
    .option("--characters <n>", "characters that are spoken", numberFrom("--characters", 0, most))
    .option("--seconds <n>", "seconds of sound", numberFrom("--seconds", 0, most))
    .option("--images <n>", "how many images", numberFrom("--images", 0, most))
    .option("--calls <n>", "how many such calls", numberFrom("--calls", 1, most), 1)
    .option("--json", "as JSON");

export async function cost([model], values, { stdout }) {
  const { estimateCost, freeNeuronsPerDay, asOf, models } = await import("workers-ai-wasm/catalog");
  if (!models.some(({ id }) => id === model))
    throw new UsageError(`The catalogue of ${asOf} has no model ${model}.`);
  const usage = {
    promptTokens: values.in,
    completionTokens: values.out,
    cachedTokens: values.cached,
    characters: values.characters,
    audioSeconds: values.seconds,
    images: values.images,
  };
  const stated = Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));
  const one = estimated(() => estimateCost(model, stated));
  if (!one)
    throw new UsageError(
      `${model} has no published price for that: say --in and --out, --seconds, --characters or --images.`,
    );
  const [neurons, usd] = [one.neurons * values.calls, one.usd * values.calls];
  if (values.json) stdout.write(`${JSON.stringify({ model, calls: values.calls, neurons, usd, asOf })}\n`);
  else
    stdout.write(
      [
        `${model}, ${values.calls} call${values.calls === 1 ? "" : "s"}, prices of ${asOf}`,
        `  neurons   ${few(neurons)}   (${freeNeuronsPerDay} are free each day: ${few((100 * neurons) / freeNeuronsPerDay)} % of them)`,
        `  dollars   ${few(usd)}`,
        "",
      ].join("\n"),
    );
  return 0;
}

/** The options, by the names in the usage text. */
const OPTIONS = {
  "usage.promptTokens": "--in",
  "usage.completionTokens": "--out",
  "usage.cachedTokens": "--cached",
  "usage.characters": "--characters",
  "usage.audioSeconds": "--seconds",
  "usage.images": "--images",
};

function estimated(estimate) {
  try {
    return estimate();
  } catch (error) {
    const option = OPTIONS[error?.field];
    if (option === undefined) throw error;
    throw new UsageError(error.message.replace(error.field, option).replace("promptTokens", "--in"));
  }
}

const few = (number) => new Intl.NumberFormat("en", { maximumSignificantDigits: 4 }).format(number);
