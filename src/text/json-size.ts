import { byteLength } from './message-text.ts';

/** Signs of JSON around one value: quotes, comma, colon, brackets. */
const signs = 6;

/**
 * Answers about how many bytes of UTF-8 a value takes as JSON; it counts no further than a little beyond `most`. It does not write the
 * JSON: what is far too large must not cost as much as it has bytes.
 */
export function jsonBytes(value: unknown, most: number): number {
  let bytes = 0;
  const open: unknown[] = [value];
  while (open.length > 0 && bytes <= most) {
    const next = open.pop();
    if (typeof next === 'string') bytes += textBytes(next, most - bytes) + signs;
    else if (Array.isArray(next)) {
      bytes += signs;
      for (const each of next) open.push(each);
    } else if (typeof next === 'object' && next !== null) {
      bytes += signs;
      for (const [key, each] of Object.entries(next)) if (each !== undefined) open.push(key, each);
    } else bytes += signs;
  }
  return bytes;
}

function textBytes(text: string, most: number): number {
  return text.length > most ? text.length : byteLength(text);
}
