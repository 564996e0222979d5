/*
 * What texts and whole payloads of messages must be. A half character (a lone surrogate) is no text: in an id or in the
 * message of a failure it ends the process of the worker, because what lies below the SDK takes nothing but UTF-8.
 */

/** The most bytes of a text in a message or in the input of a workflow, in UTF-8, by what it is. docs/design.md shows them. */
export const textLimits = {
  /** An id of a workflow, which Temporal bounds so, or of an entry. */
  id: 1_000,
  /** The name of an environment, a branch or a cluster: it becomes part of ids and of file names. */
  name: 255,
  /** The URL of a repository: its main part becomes part of ids. */
  url: 1_000,
  /** What a person writes: a name, a reason. */
  text: 3_000,
  /** What Fairlead writes of a person's words and of its own: why a lane does not let somebody in. */
  words: 16_000,
} as const;

/** What a text in a message is. */
export type TextKind = keyof typeof textLimits;

/** The most names that one message lists. */
export const listedLimit = 1_000;

/** The most levels of lists and objects within each other: far more than any message has. */
const deepest = 64;

const halfCharacter = /\p{Cs}/u;
const control = /\p{Cc}/u;
/** What becomes part of ids, names and addresses. A database may refuse a NUL in one, and Temporal then tries again without an end. */
const identifying: readonly TextKind[] = ['id', 'name', 'url'];

/** Counts the bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Tells whether a text has no half character. */
export function isWellFormed(text: string): boolean {
  return !halfCharacter.test(text);
}

/** Tells whether a text may stand in a message as what `kind` says. */
export function isFitText(kind: TextKind, text: string): boolean {
  if (identifying.includes(kind) && control.test(text)) return false;
  return isWellFormed(text) && (3 * text.length <= textLimits[kind] || byteLength(text) <= textLimits[kind]);
}

/** Puts the mark of what cannot be read (U+FFFD) in the place of each half character. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

/** Says what keeps a payload from being read at all; undefined: nothing. It walks without calling itself. */
export function payloadFault(payload: unknown): string | undefined {
  return walk(payload, (text) => (isWellFormed(text) ? undefined : 'a text in it has half a character'));
}

/** Says that a payload has too many levels; whoever writes or compares those would run out of stack. */
export function depthFault(payload: unknown): string | undefined {
  return walk(payload, () => undefined);
}

function walk(payload: unknown, faultOfText: (text: string) => string | undefined): string | undefined {
  const open: { readonly value: unknown; readonly level: number }[] = [{ value: payload, level: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, level } = next;
    const fault = typeof value === 'string' ? faultOfText(value) : undefined;
    if (fault !== undefined) return fault;
    if (typeof value !== 'object' || value === null) continue;
    if (level >= deepest) return `it has more than ${deepest} levels of lists and objects`;
    for (const [key, inner] of Object.entries(value))
      open.push({ value: key, level }, { value: inner, level: level + 1 });
  }
  return undefined;
}
