/*
 * What others answer in JSON is looked through before it is parsed: a few bytes of it become many times as much memory, and a
 * schema that finds a fault in each of a million values keeps a million descriptions of it.
 */

/** How much a JSON text may hold. */
export interface JsonBounds {
  /** The levels of lists and objects within each other. */
  readonly levels: number;
  /** The values: items of lists, and fields of objects. Counted a little too high, never too low. */
  readonly values: number;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [listOpens, listCloses, objectOpens, objectCloses] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Says how a JSON text is larger than it may be, as the end of `it has …`; undefined: it is not. */
export function jsonExcess(json: Uint8Array, bounds: JsonBounds): string | undefined {
  return measureJson(json, bounds).excess;
}

/** What a JSON text holds, as far as it was looked through. */
export interface JsonMeasure {
  /** The values, counted as in `JsonBounds`. */
  readonly values: number;
  /** How it is larger than it may be, as the end of `it has …`; undefined: it is not. */
  readonly excess?: string;
}

/**
 * Counts what a JSON text holds, until it is more than it may be. It parses nothing, and takes as long as the text: what is no JSON is
 * answered by the parser.
 */
export function measureJson(json: Uint8Array, { levels, values }: JsonBounds): JsonMeasure {
  let [level, counted] = [0, 0];
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) {
      at = endOfString(json, at);
    } else if (byte === comma) {
      counted += 1;
    } else if (byte === listOpens || byte === objectOpens) {
      counted += 1;
      level += 1;
      if (level > levels) return { values: counted, excess: `more than ${levels} levels of lists and objects` };
    } else if (byte === listCloses || byte === objectCloses) {
      level -= 1;
    }
    if (counted > values) return { values: counted, excess: `more than ${values.toLocaleString('en')} values` };
  }
  return { values: counted };
}

/** Answers where the string ends that begins here; the last byte where it does not end. */
function endOfString(json: Uint8Array, begin: number): number {
  for (let end = json.indexOf(quote, begin + 1); end >= 0; end = json.indexOf(quote, end + 1)) {
    let before = end;
    while (json[before - 1] === backslash) before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
  return json.length;
}
