/**
 * @param {ExecutionContext} execution keeps the suite alive whatever happens to the answer
 * @param {(report: (line: object) => void) => Promise<void>} suite
 * @returns {Response} each reported line as one line of JSON, as it comes
 */
export function answerWithLines(execution, suite) {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const report = (line) => void writer.write(encoder.encode(`${JSON.stringify(line)}\n`));
  execution.waitUntil(
    suite(report).then(
      () => writer.close(),
      (error) => writer.abort(error),
    ),
  );
  return new Response(readable);
}
