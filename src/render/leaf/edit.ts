import { type Document, isMap, isSeq, type ParsedNode, type YAMLSeq } from 'yaml';
import { fieldOf, type Kustomization } from '../source/kustomization.ts';

/** A change to a text: what stands from `start` to `end` becomes `text`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies changes that do not overlap; everything else stays byte for byte. */
export function spliced(text: string, splices: readonly Splice[]): string {
  // What an anchor shares is referred to more than once, but stands in one place.
  const once = new Map(splices.map((splice) => [`${splice.start}-${splice.end}`, splice]));
  let result = text;
  for (const { start, end, text: replacement } of [...once.values()].sort((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + replacement + result.slice(end);
  }
  return result;
}

/** A path as a YAML scalar that needs no care about the text around it. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}

/**
 * The change that puts a first entry into a kustomization's `resources`; undefined where the YAML is written in
 * a way that cannot be extended in place (an alias, or a flow map at the top).
 */
export function resourceInsertion(kustomization: Kustomization, path: string): Splice | undefined {
  const { document, text } = kustomization;
  if (!document)
    return { start: text.length, end: text.length, text: `${endOfLine(text)}resources:\n- ${quoted(path)}\n` };
  if (!isMap(document.contents) || document.contents.flow) return undefined;
  const list = fieldOf(document, 'resources');
  if (list && isSeq(list)) return intoList(list, text, path);
  const pair = pairOf(document, 'resources');
  if (!pair) {
    const start = document.contents.range?.[0] ?? 0;
    return { start, end: start, text: `resources: [${quoted(path)}]\n${indentOf(text, start)}` };
  }
  // `resources:` with nothing behind it.
  const end = (pair.key as ParsedNode).range[1];
  const colon = text.indexOf(':', end);
  return pair.value === null || isEmpty(pair.value)
    ? { start: colon + 1, end: colon + 1, text: ` [${quoted(path)}]` }
    : undefined;
}

function intoList(list: YAMLSeq, text: string, path: string): Splice | undefined {
  if (!list.range) return undefined;
  const [start] = list.range;
  if (list.flow) {
    const after = list.items.length > 0 ? ', ' : '';
    return { start: start + 1, end: start + 1, text: `${quoted(path)}${after}` };
  }
  // A block list begins at its first dash; an anchor before it keeps its place.
  return text[start] === '-' ? { start, end: start, text: `- ${quoted(path)}\n${indentOf(text, start)}` } : undefined;
}

function pairOf(document: Document.Parsed<ParsedNode>, field: string) {
  if (!isMap(document.contents)) return undefined;
  return document.contents.items.find(({ key }) => String('value' in key ? key.value : '').toLowerCase() === field);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'value' in value && value.value === null;
}

function indentOf(text: string, offset: number): string {
  return ' '.repeat(offset - (text.lastIndexOf('\n', offset - 1) + 1));
}

function endOfLine(text: string): string {
  return text === '' || text.endsWith('\n') ? '' : '\n';
}
