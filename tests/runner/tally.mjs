/**
 * The counts of a stage.
 *
 * @typedef {{ passed: number, failed: number, failures: string[], output?: string, notes?: string }} Tally
 *   `notes` are always printed; `failures` are messages, one per failed test if possible; `output` is printed
 *   if a test failed
 */

/** @returns {Tally} a stage that failed as a whole, counted as one */
export function failedOutright(reason, output) {
  return { passed: 0, failed: 1, failures: [reason], output };
}

/** @returns {Tally} a single check, by a program's exit status */
export function fromStatus(name, { status, output }) {
  if (status === 0) return { passed: 1, failed: 0, failures: [] };
  return { passed: 0, failed: 1, failures: [name], output };
}

/** @returns {Tally} */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, failures: [], output: "" };
  for (const tally of tallies) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.failures.push(...tally.failures);
    if (tally.output) total.output += tally.output;
  }
  return total;
}

/**
 * Parses the summaries of Rust's test harness and of wasm-bindgen's runner, one per test binary.
 *
 * @returns {Tally}
 */
export function fromRustOutput({ status, output }) {
  const total = { passed: 0, failed: 0, failures: [], output };
  for (const [, passed, failed, ignored] of output.matchAll(
    /^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    total.passed += Number(passed);
    // An ignored test counts as failed.
    total.failed += Number(failed) + Number(ignored);
    if (Number(ignored) > 0) total.failures.push(`${ignored} ignored`);
  }
  for (const [, name] of output.matchAll(/^test (\S+) \.\.\. FAIL/gim)) total.failures.push(name);
  if (status !== 0 && total.failed === 0) return failedOutright(`exit status ${status}`, output);
  return total;
}

/**
 * Parses the end of the TAP output of `node --test` in stdout; stderr has the report for people.
 *
 * @returns {Tally}
 */
export function fromTap({ status, stdout, stderr }) {
  const count = (key) => Number(new RegExp(`^# ${key} (\\d+)$`, "m").exec(stdout)?.[1] ?? 0);
  const skipped = [...stdout.matchAll(/^ *(?:not )?ok \d+ - (.*# (?:SKIP|TODO).*)$/gm)].map(
    (match) => match[1],
  );
  const failed = count("fail") + count("cancelled") + count("skipped") + count("todo");
  if (status !== 0 && failed === 0) return failedOutright(`exit status ${status}`, stderr);
  return { passed: count("pass"), failed, failures: skipped, output: failed > 0 ? stderr : undefined };
}

/**
 * Parses the JSON lines of our own drivers. The last one must mark the end of the suite, with its own count.
 *
 * @param {string} label a prefix for the names of failed tests
 * @param {{ status: number, stdout: string, output: string }} result
 * @returns {Tally}
 */
export function fromLines(label, { status, stdout, output }) {
  const tally = { passed: 0, failed: 0, failures: [] };
  let done;
  const other = [];
  for (const line of output.split("\n")) {
    const entry = parseLine(line);
    if (entry?.done !== undefined) done = entry.done;
    else if (entry?.ok === true) tally.passed += 1;
    else if (entry?.ok === false) {
      tally.failed += 1;
      tally.failures.push(`${label}: ${entry.test}\n${entry.error}`);
    } else if (line) other.push(line);
  }
  const complete = status === 0 && done === tally.passed + tally.failed && stdout !== "";
  if (!complete) {
    tally.failed += 1;
    tally.failures.push(`${label}: the suite did not come to its end (exit status ${status})`);
  }
  if (tally.failed > 0 && other.length > 0) tally.output = `${other.join("\n")}\n`;
  return tally;
}

function parseLine(line) {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
