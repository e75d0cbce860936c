// Matches the regular expressions of schemas in time linear in the text, which comes from models. The
// runtime's matcher backtracks: `^(a+)+$` over thirty letters takes a billion steps, and cannot be
// interrupted. Here all alternatives are followed in parallel (a Pike VM). The runtime's matcher decides on
// single characters, so that classes, properties and escapes have its semantics.

/** Limit of instructions per expression. */
const MOST_INSTRUCTIONS = 20_000;
/** Limit of steps per text: about half a second. */
const MOST_STEPS = 20_000_000;
/**
 * Lookarounds and backreferences need the runtime's matcher: used for texts up to this many characters, and
 * only if no repetition is nested in another one.
 */
const MOST_CHARACTERS = 10_000;

const CHAR = 0;
const SPLIT = 1;
const JUMP = 2;
const ASSERT = 3;
const MATCH = 4;

const WORD = /^\w$/;

/**
 * @param {string} pattern as JSON Schema defines it: an expression with the flag `u`
 * @returns {(text: string) => boolean} true if there is a match anywhere in the text; throws if that takes
 *   too many steps
 */
export function matcherOf(pattern) {
  // Throws for an invalid expression.
  const own = new RegExp(pattern, "u");
  const { node, looks } = new Parser(pattern).parse();
  if (looks) {
    if (repeatsRepeated(node, false)) throw tooSlow(pattern);
    return (text) => {
      if (text.length > MOST_CHARACTERS) throw tooSlow(pattern);
      return own.test(text);
    };
  }
  const program = new Program(pattern, node);
  return (text) => program.matches(text);
}

/** True if the runtime's matcher may take exponential time. */
export function isRisky(pattern) {
  return repeatsRepeated(new Parser(pattern).parse().node, false);
}

const tooSlow = (pattern) =>
  new RangeError(
    `The pattern ${pattern} takes too long over this text. Write it without repetitions in repetitions.`,
  );

/** True if an unbounded repetition contains another one. */
function repeatsRepeated(node, within) {
  switch (node.type) {
    case "list":
    case "any":
      return node.nodes.some((inner) => repeatsRepeated(inner, within));
    case "repeat": {
      const endless = node.most > MOST_TIMES;
      return (endless && within) || repeatsRepeated(node.node, within || endless);
    }
  }
  return false;
}

/** Repetitions up to this count are treated as bounded. */
const MOST_TIMES = 8;

/** Parses a valid expression. */
class Parser {
  #at = 0;
  #pattern;
  #looks = false;

  constructor(pattern) {
    this.#pattern = pattern;
  }

  parse() {
    return { node: this.#any(), looks: this.#looks };
  }

  #is(text) {
    return this.#pattern.startsWith(text, this.#at);
  }

  #skip(text) {
    if (!this.#is(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** The match of a sticky expression at the current position. */
  #take(expression) {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #any() {
    const nodes = [this.#list()];
    while (this.#skip("|")) nodes.push(this.#list());
    return nodes.length === 1 ? nodes[0] : { type: "any", nodes };
  }

  #list() {
    const nodes = [];
    while (this.#at < this.#pattern.length && !this.#is("|") && !this.#is(")")) nodes.push(this.#repeated());
    return { type: "list", nodes };
  }

  #repeated() {
    const node = this.#atom();
    const sign = this.#take(/[*+?]|\{\d+(?:,\d*)?\}/y);
    if (sign === undefined) return node;
    this.#skip("?");
    const [least, most] = bounds(sign);
    return { type: "repeat", node, least, most };
  }

  #atom() {
    if (this.#skip("^")) return { type: "assert", is: atStart };
    if (this.#skip("$")) return { type: "assert", is: atEnd };
    if (this.#skip("\\b")) return { type: "assert", is: atBoundary };
    if (this.#skip("\\B")) return { type: "assert", is: (...place) => !atBoundary(...place) };
    if (this.#skip("(")) {
      if (this.#take(/\?(?:<?[=!]|[a-z-]+:)/y) !== undefined) this.#looks = true;
      else this.#take(/\?(?::|<[^>]*>)/y);
      const node = this.#any();
      this.#skip(")");
      return node;
    }
    if (this.#take(/\\(?:[1-9]\d*|k<[^>]*>)/y) !== undefined) {
      this.#looks = true;
      return { type: "list", nodes: [] };
    }
    return { type: "char", source: this.#take(CHARACTER) };
  }
}

/** One character, a class, or an escape for one character. */
const CHARACTER =
  /\[(?:\\[\s\S]|[^\]\\])*\]|\\u\{[^}]*\}|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\c[a-zA-Z]|\\[pP]\{[^}]*\}|\\[\s\S]|[\s\S]/uy;

function bounds(sign) {
  if (sign === "*") return [0, Infinity];
  if (sign === "+") return [1, Infinity];
  if (sign === "?") return [0, 1];
  const [least, most = least] = sign.slice(1, -1).split(",");
  return [Number(least), most === "" ? Infinity : Number(most)];
}

const atStart = (_before, _after, at) => at === 0;
const atEnd = (_before, after) => after === undefined;
const atBoundary = (before, after) => isWord(before) !== isWord(after);
const isWord = (char) => char !== undefined && WORD.test(char);

/** A matcher for one character, by the runtime; results are cached per character. */
class Character {
  #expression;
  #known = new Map();

  constructor(source) {
    this.#expression = new RegExp(`^${source}$`, "u");
  }

  is(char) {
    let is = this.#known.get(char);
    if (is === undefined) {
      is = this.#expression.test(char);
      this.#known.set(char, is);
    }
    return is;
  }
}

class Program {
  #pattern;
  #kinds = [];
  /** The targets of jumps and splits; for other instructions, what they match. */
  #first = [];
  #second = [];
  #characters = new Map();

  constructor(pattern, node) {
    this.#pattern = pattern;
    this.#compile(node);
    this.#add(MATCH);
  }

  #add(kind, first, second) {
    if (this.#kinds.length >= MOST_INSTRUCTIONS) throw tooSlow(this.#pattern);
    this.#first.push(first);
    this.#second.push(second);
    return this.#kinds.push(kind) - 1;
  }

  get #next() {
    return this.#kinds.length;
  }

  #compile(node) {
    switch (node.type) {
      case "list":
        for (const inner of node.nodes) this.#compile(inner);
        break;
      case "any": {
        const ends = [];
        for (const inner of node.nodes.slice(0, -1)) {
          const split = this.#add(SPLIT, this.#next + 1);
          this.#compile(inner);
          ends.push(this.#add(JUMP));
          this.#second[split] = this.#next;
        }
        this.#compile(node.nodes.at(-1));
        for (const end of ends) this.#first[end] = this.#next;
        break;
      }
      case "repeat":
        this.#repeat(node);
        break;
      case "assert":
        this.#add(ASSERT, node.is);
        break;
      case "char": {
        const { source } = node;
        if (!this.#characters.has(source)) this.#characters.set(source, new Character(source));
        this.#add(CHAR, this.#characters.get(source));
      }
    }
  }

  #repeat({ node, least, most }) {
    for (let time = 0; time < least; time++) this.#compile(node);
    if (most === Infinity) {
      const split = this.#add(SPLIT, this.#next + 1);
      this.#compile(node);
      this.#add(JUMP, split);
      this.#second[split] = this.#next;
      return;
    }
    const splits = [];
    for (let time = least; time < most; time++) {
      splits.push(this.#add(SPLIT, this.#next + 1));
      this.#compile(node);
    }
    for (const split of splits) this.#second[split] = this.#next;
  }

  matches(text) {
    const chars = Array.from(text);
    const seen = new Int32Array(this.#kinds.length).fill(-1);
    let steps = 0;
    let current = [];
    for (let at = 0; at <= chars.length; at++) {
      const before = chars[at - 1];
      const after = chars[at];
      // The instructions that are reachable without consuming a character, and the beginning of a new
      // attempt.
      const ready = [];
      const waiting = [0, ...current.reverse()];
      while (waiting.length > 0) {
        const place = waiting.pop();
        if (seen[place] === at) continue;
        seen[place] = at;
        if (++steps > MOST_STEPS) throw tooSlow(this.#pattern);
        switch (this.#kinds[place]) {
          case MATCH:
            return true;
          case JUMP:
            waiting.push(this.#first[place]);
            break;
          case SPLIT:
            waiting.push(this.#second[place], this.#first[place]);
            break;
          case ASSERT:
            if (this.#first[place](before, after, at)) waiting.push(place + 1);
            break;
          default:
            ready.push(place);
        }
      }
      current = [];
      if (after === undefined) return false;
      for (const place of ready) {
        if (this.#first[place].is(after)) current.push(place + 1);
      }
    }
    return false;
  }
}
