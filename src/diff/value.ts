import { isScalar, parseDocument, type ScalarTag } from 'yaml';
import { isNestedTooDeep } from '../platform/yaml-depth.ts';

/** A value of a manifest. A whole number that a JavaScript number cannot hold is a bigint. */
export type Value = null | boolean | number | bigint | string | readonly Value[] | ValueMap;

/** A map of a manifest. */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** Tells whether a value is a map. */
export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells whether a value is a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Kubernetes reads a whole number with a zero in front as octal: `defaultMode: 0644`. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** The length, in characters, up to which the text of one object is parsed: the parser takes seconds for more. */
const mostParsed = 1024 * 1024;

/** Reads the text of an object; undefined: it is no YAML map, or too large or too deep to be read. */
export function readObject(text: string): ValueMap | undefined {
  if (text.length > mostParsed || isNestedTooDeep(text)) return undefined;
  try {
    const document = parseDocument(text, {
      logLevel: 'silent',
      intAsBigInt: true,
      merge: true,
      uniqueKeys: false,
      prettyErrors: false,
      customTags: (tags) => [octal, ...tags],
    });
    if (document.errors.length > 0 || isScalar(document.contents)) return undefined;
    const value = plainValue(document.toJS());
    return isMap(value) ? value : undefined;
  } catch {
    // Aliases that multiply, and what else the parser refuses, are told as text that nobody can read.
    return undefined;
  }
}

/** Makes numbers of whole numbers where these hold them exactly, and texts of what JSON does not have. */
function plainValue(value: unknown): Value {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(plainValue);
  // A key such as __proto__ is a key like others.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
}

/** Answers the value of a key of a map; undefined: there is none. */
export function valueAt(map: ValueMap, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Writes a value on one line, as JSON. */
export function valueText(value: Value): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
}
