import { keyIdOf } from '../../../src/temporal/codec/codec.ts';

/** What somebody can read of Temporal's data without a key. */
export interface Readable {
  /** The fields that hold text or bytes that are not encrypted, by their path without list indexes. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every text and every sequence of bytes, encrypted ones too, as an attacker would search them. */
  readonly text: string;
  /** The payloads that are encrypted. */
  readonly encrypted: readonly object[];
}

/** Walks what Temporal answered, such as a history. */
export function readableOf(value: unknown): Readable {
  const fields = new Map<string, Set<string>>();
  const texts: string[] = [];
  const encrypted: object[] = [];
  const note = (path: string, text: string) => {
    texts.push(text);
    if (text !== '') fields.set(path, (fields.get(path) ?? new Set()).add(text));
  };
  const walk = (each: unknown, path: string): void => {
    if (typeof each === 'string') note(path, each);
    else if (each instanceof Uint8Array) note(path, Buffer.from(each).toString('latin1'));
    else if (Array.isArray(each)) for (const item of each) walk(item, path);
    else if (typeof each === 'object' && each !== null) walkObject(each, path);
  };
  const walkObject = (each: object, path: string): void => {
    if (keyIdOf(each) !== undefined) {
      encrypted.push(each);
      texts.push(
        JSON.stringify(each, (_, part) => (part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : part)),
      );
      return;
    }
    for (const [key, part] of Object.entries(each)) walk(part, path === '' ? key : `${path}.${key}`);
  };
  walk(value, '');
  return { fields, text: texts.join('\n'), encrypted };
}
