/** What is tested: it gets env.AI, as a Worker's code does. */
export async function summarize(AI, text) {
  const { summary } = await AI.run("@cf/facebook/bart-large-cnn", { input_text: text });
  return summary.toUpperCase();
}
