import { type Document, isMap, isSeq, type ParsedNode, type YAMLSeq } from 'yaml';
import { fieldOf, type Kustomization } from '../source/kustomization.ts';

/** A change to a text, which puts `text` in place of the characters from `start` to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies changes that do not overlap. Everything else stays byte for byte. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  // A scalar behind an anchor is referred to more than once, but stands in one place.
  const once = new Map(splices.map((splice) => [`${splice.start}-${splice.end}`, splice]));
  let result = text;
  for (const { start, end, text: replacement } of [...once.values()].sort((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + replacement + result.slice(end);
  }
  return result;
}

/** Writes a path as a YAML scalar that is right whatever stands around it. */
export function pathScalar(value: string): string {
  return JSON.stringify(value);
}

/**
 * Makes the change that puts a first entry into a kustomization's `resources`; undefined where the YAML is written in
 * a way that cannot be extended in place (an alias, or a flow map at the top).
 */
export function resourceInsertion(kustomization: Kustomization, path: string): Splice | undefined {
  const { document, text } = kustomization;
  if (!document)
    return { start: text.length, end: text.length, text: `${missingNewline(text)}resources:\n- ${pathScalar(path)}\n` };
  if (!isMap(document.contents) || document.contents.flow) return undefined;
  const list = fieldOf(document, 'resources');
  if (list && isSeq(list)) return listInsertion(list, text, path);
  const pair = findPair(document, 'resources');
  if (!pair) {
    const start = document.contents.range?.[0] ?? 0;
    return { start, end: start, text: `resources: [${pathScalar(path)}]\n${indentAt(text, start)}` };
  }
  // What is left to extend is `resources:` with nothing behind it.
  const end = (pair.key as ParsedNode).range[1];
  const colon = text.indexOf(':', end);
  return pair.value === null || isNull(pair.value)
    ? { start: colon + 1, end: colon + 1, text: ` [${pathScalar(path)}]` }
    : undefined;
}

function listInsertion(list: YAMLSeq, text: string, path: string): Splice | undefined {
  if (!list.range) return undefined;
  const [start] = list.range;
  if (list.flow) {
    const after = list.items.length > 0 ? ', ' : '';
    return { start: start + 1, end: start + 1, text: `${pathScalar(path)}${after}` };
  }
  // A block list begins at its first dash; an anchor before it keeps its place.
  return text[start] === '-'
    ? { start, end: start, text: `- ${pathScalar(path)}\n${indentAt(text, start)}` }
    : undefined;
}

function findPair(document: Document.Parsed<ParsedNode>, field: string) {
  if (!isMap(document.contents)) return undefined;
  return document.contents.items.find(({ key }) => String('value' in key ? key.value : '').toLowerCase() === field);
}

function isNull(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'value' in value && value.value === null;
}

function indentAt(text: string, offset: number): string {
  return ' '.repeat(offset - (text.lastIndexOf('\n', offset - 1) + 1));
}

function missingNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? '' : '\n';
}
