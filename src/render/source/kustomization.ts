import { isUtf8 } from 'node:buffer';
import {
  type Document,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  visit,
} from 'yaml';
import { limits } from '../../platform/limits.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import { isLfsPointer, lfsProblem } from './lfs.ts';
import { type DirectoryNode, type FileNode, sizeProblem } from './nodes.ts';

/** The names that kustomize recognises (konfig.RecognizedKustomizationFileNames). */
export const kustomizationNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Tells by the names of its files whether a directory has a kustomization. */
export function holdsKustomization(directory: DirectoryNode): boolean {
  return kustomizationNames.some((name) => directory.files.has(name) || directory.broken.has(name));
}

/** A kustomization file, parsed but not interpreted. */
export interface Kustomization {
  readonly file: FileNode;
  readonly name: string;
  readonly text: string;
  readonly kind: 'Kustomization' | 'Component';
  /** The YAML document; undefined for a file that is empty or holds only comments. */
  readonly document: Document.Parsed<ParsedNode> | undefined;
  /** Answers the line, from 1, of an offset in the text. */
  readonly lineOf: (offset: number) => number;
  /** Answers what `work` makes of the parsed text, which it does once, however many directories have the same text. */
  readonly once: <T>(work: (parsed: ParsedDocument) => T) => T;
}

/** A kustomization's text, parsed. */
export type ParsedDocument = Pick<Kustomization, 'document' | 'lineOf'>;

/** A kustomization file that cannot be used. */
export interface BadKustomization {
  readonly name: string;
  /** A clause for people, with the line where there is one. */
  readonly problem: string;
}

/** Reads the kustomization of a directory; undefined: the directory has none. */
export type KustomizationReader = (
  directory: DirectoryNode,
) => { readonly ok: Kustomization } | { readonly bad: BadKustomization } | undefined;

/** What files of these ids were parsed to. It may forget any of them at any time. */
export interface ParsedKustomizations {
  get(oid: string): ParsedText | undefined;
  set(oid: string, parsed: ParsedText): void;
}

type Content = Omit<Kustomization, 'file' | 'name'>;
/** The text of a kustomization, parsed, or what is wrong with it. */
export type ParsedText = { readonly content: Content } | { readonly problem: string };

/**
 * Makes a reader that reads the kustomization of each directory at most once. What has the same content is parsed once,
 * too, because groups often have the very same file, and most files stay as they are from commit to commit.
 */
export function createKustomizationReader(parsed: ParsedKustomizations = new Map()): KustomizationReader {
  const known = new Map<DirectoryNode, ReturnType<KustomizationReader>>();
  return (directory) => {
    const earlier = known.get(directory);
    if (earlier || known.has(directory)) return earlier;
    const fresh = readKustomization(directory, parsed);
    known.set(directory, fresh);
    return fresh;
  };
}

function readKustomization(directory: DirectoryNode, known: ParsedKustomizations): ReturnType<KustomizationReader> {
  const names = kustomizationNames.filter((name) => directory.files.has(name));
  const broken = kustomizationNames.find((name) => directory.broken.has(name));
  if (broken !== undefined) return { bad: { name: broken, problem: directory.broken.get(broken) ?? '' } };
  const [name] = names;
  if (name === undefined) return undefined;
  if (names.length > 1) {
    return { bad: { name, problem: `there are several kustomizations (${names.join(', ')}); keep one` } };
  }
  const file = directory.files.get(name);
  const problem = file && sizeProblem(file, 'kustomization');
  if (problem !== undefined) return { bad: { name, problem } };
  if (file && isLfsPointer(file)) return { bad: { name, problem: lfsProblem } };
  if (!file?.content || !isUtf8(file.content)) return { bad: { name, problem: 'it is not UTF-8 text' } };
  const parsed = known.get(file.oid) ?? parseKustomization(file.content.toString('utf8'));
  known.set(file.oid, parsed);
  return 'problem' in parsed ? { bad: { name, problem: parsed.problem } } : { ok: { ...parsed.content, file, name } };
}

function parseKustomization(text: string): ParsedText {
  if (isNestedTooDeep(text)) return { problem: 'its lists and maps are nested too deep' };
  const lines = new LineCounter();
  const lineOf = (offset: number) => lines.linePos(offset).line;
  // Like kustomize's parser, take merge keys and repeated keys; the renderer judges the content.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: true };
  let found: ReturnType<typeof parseAllDocuments<ParsedNode>>;
  try {
    found = parseAllDocuments<ParsedNode>(text, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problem: 'its lists and maps are nested too deep' };
  }
  const documents: readonly Document.Parsed<ParsedNode>[] = Array.isArray(found) ? found : [];
  const [document, ...more] = documents;
  const badAtLine = (line: number, what: string) => ({ problem: `line ${line}: ${what}` });
  const empty: Content = {
    text,
    kind: 'Kustomization',
    document: undefined,
    lineOf,
    once: onceOf({ document: undefined, lineOf }),
  };
  if (!document) return { content: empty };
  const [error] = document.errors;
  if (error && /call stack/i.test(error.message)) return { problem: 'its lists and maps are nested too deep' };
  if (error) return badAtLine(lineOf(error.pos[0]), `not valid YAML: ${error.message}`);
  // kustomize reads the first document. What follows it may say nothing, as behind a `---` at the end.
  const ignored = more.find((each) => !isEmpty(each) || isEmpty(document));
  if (ignored) return badAtLine(lineOf(ignored.range[0]), 'a kustomization is one YAML document; remove the others');
  if (isEmpty(document)) return { content: empty };
  if (!isMap(document.contents)) return badAtLine(1, 'a kustomization is a map of fields');
  const aliases = aliasesIn(document);
  if (aliases > limits.kustomizationAliases)
    return {
      problem: `it has ${aliases} aliases, and a kustomization may have ${limits.kustomizationAliases}: write the values out`,
    };
  const kind = fieldOf(document, 'kind');
  const isComponent = isScalar(kind) && kind.value === 'Component';
  const once = onceOf({ document, lineOf });
  return { content: { text, kind: isComponent ? 'Component' : 'Kustomization', document, lineOf, once } };
}

function onceOf(parsed: ParsedDocument): Kustomization['once'] {
  const done = new Map<unknown, unknown>();
  return <T>(work: (parsed: ParsedDocument) => T): T => {
    if (!done.has(work)) done.set(work, work(parsed));
    return done.get(work) as T;
  };
}

function isEmpty({ contents, errors }: Document.Parsed<ParsedNode>): boolean {
  return errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));
}

function aliasesIn(document: Document.Parsed<ParsedNode>): number {
  let count = 0;
  visit(document, { Alias: () => void count++ });
  return count;
}

/**
 * Answers the value of a top-level field. kustomize decodes through Go's JSON, which ignores the letter case of keys.
 */
export function fieldOf(document: Document.Parsed<ParsedNode>, field: string): Node | undefined {
  return isMap(document.contents) ? memberOf(document.contents, field, document) : undefined;
}

/** Answers the value of a field of any map, with the same disregard for letter case; aliases are followed. */
export function memberOf(map: Node, field: string, document: Document): Node | undefined {
  if (!isMap(map)) return undefined;
  const isField = (key: unknown) => isScalar(key) && String(key.value).toLowerCase() === field.toLowerCase();
  const value = map.items.findLast((pair) => isField(pair.key))?.value as Node | null | undefined;
  return value === null || value === undefined ? undefined : followAlias(value, document);
}

/** Answers the node itself, or what it stands for where it is an alias. */
export function followAlias(node: Node, document: Document): Node | undefined {
  return 'resolve' in node && typeof node.resolve === 'function' ? (node.resolve(document) as Node | undefined) : node;
}
