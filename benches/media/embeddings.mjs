/** A hundred embeddings of 1024 numbers. */
import Cloudflare from "cloudflare";
import OpenAI from "openai";
import { WorkersAI } from "workers-ai-wasm";
import { randomFrom } from "../random.mjs";
import { ACCOUNT, answering, enveloped } from "./stub.mjs";

const MODEL = "@cf/baai/bge-m3";
const COUNT = 100;
const DIMENSIONS = 1024;

export function embeddings() {
  const random = randomFrom(7);
  const data = Array.from({ length: COUNT }, () =>
    // Models compute with 32 bits; the service prints all digits of 64.
    Array.from({ length: DIMENSIONS }, () => Math.fround(random() * 0.2 - 0.1)),
  );
  const wanted = data.map((row) => Float32Array.from(row));
  const texts = Array.from({ length: COUNT }, (_, index) => `text ${index}`);
  const native = answering(enveloped({ shape: [COUNT, DIMENSIONS], data }));
  const list = answering({
    object: "list",
    model: MODEL,
    data: data.map((embedding, index) => ({ object: "embedding", index, embedding })),
    usage: { prompt_tokens: 1, total_tokens: 1 },
  });
  const ours = new WorkersAI({ accountId: ACCOUNT, apiToken: "t", fetch: native.fetch });
  const cloudflare = new Cloudflare({ apiToken: "t", fetch: native.fetch });
  const openai = new OpenAI({ apiKey: "t", baseURL: "https://bench.invalid/v1", fetch: list.fetch });
  const rowsOf = (rows) => rows.map((row) => Float32Array.from(row));
  return {
    name: "100 x 1024 embeddings",
    contenders: {
      ours: async () => (await ours.embed(MODEL, texts)).rows,
      "JSON.parse + rows": async () => rowsOf(JSON.parse(await new Response(native.body).text()).result.data),
      "cloudflare + rows": async () => {
        const { data } = await cloudflare.ai.run(MODEL, { account_id: ACCOUNT, text: texts });
        return rowsOf(data);
      },
      "openai + rows": async () => {
        const request = { model: MODEL, input: texts, encoding_format: "float" };
        return rowsOf((await openai.embeddings.create(request)).data.map(({ embedding }) => embedding));
      },
    },
    same: (rows) =>
      rows.length === COUNT &&
      rows.every((row, index) => row.every((value, at) => Object.is(value, wanted[index][at]))),
    goals: { "JSON.parse + rows": 3.5 },
  };
}
