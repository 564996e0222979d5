import { isUtf8 } from 'node:buffer';
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { version } from '../version.ts';
import { closest } from './closest.ts';
import { bytesText, limits } from './limits.ts';
import { invalidConfig, type Problem, shownValue } from './problems.ts';
import { schemaProblems } from './schema-problems.ts';
import { isNestedTooDeep } from './yaml-depth.ts';

/** The most aliases of a file: they are for a person's convenience, and beyond this they are an attack (YAML bombs). */
const MOST_ALIASES = 50;

/** The format of every file that Fairlead reads. */
export const apiVersion = 'fairlead.dev/v1';

/** A kind of file, and what it may hold. */
export interface FileOfKind<S extends z.ZodType> {
  readonly kind: string;
  readonly schema: S;
  /** A sentence on where files of another kind belong, appended when the kind is wrong. */
  readonly otherKinds: string;
}

/** The content of a file, and where its parts stand. */
export interface ParsedFile<T> {
  readonly value: T;
  /** Answers the line of the key or item at this path, or of the closest thing around it. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/**
 * Parses a YAML file of one kind. Throws `Failure` `InvalidConfig` with all problems of the file at once,
 * each with file, line, path, value and remedy. `file` is how messages call it.
 */
export function parseFileOfKind<S extends z.ZodType>(
  content: string | Buffer,
  file: string,
  expected: FileOfKind<S>,
): ParsedFile<z.output<S>> {
  if (typeof content !== 'string' && !isUtf8(content)) {
    throw invalidConfig(file, [{ text: 'it is not UTF-8 text. Save it as UTF-8.' }]);
  }
  const bytes = Buffer.byteLength(content);
  if (bytes > limits.settingsBytes) {
    const text = `it has ${bytesText(bytes)}, and settings may have ${bytesText(limits.settingsBytes)}. Is it the right file?`;
    throw invalidConfig(file, [{ text }]);
  }
  const text = content.toString();
  if (isNestedTooDeep(text)) throw tooDeep(file);
  const lines = new LineCounter();
  const document = notTooDeep(file, () =>
    parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, merge: true }),
  );
  const lineOf = (path: readonly PropertyKey[]) => lineOfPath(document, lines, path);
  const values = notTooDeep(file, () => documentContent(document, lines, file));
  const header = headerProblems(values, expected, lineOf);
  if (header.length > 0) throw invalidConfig(file, header);
  const result = expected.schema.safeParse(values, { reportInput: true });
  if (!result.success) throw invalidConfig(file, schemaProblems(result.error.issues, values, lineOf));
  return { value: result.data, lineOf };
}

/** Refuses a file that exhausts the parser's stack, as thousands of nested levels do. */
function notTooDeep<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep(file);
  }
}

function tooDeep(file: string): ReturnType<typeof invalidConfig> {
  return invalidConfig(file, [{ text: 'its lists and maps are nested too deep. Is it the right file?' }]);
}

function documentContent(document: Document.Parsed, lines: LineCounter, file: string): unknown {
  const errors = [...document.errors, ...document.warnings];
  // What follows a broken place is most often broken by it alone.
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  const told = errors.filter((error) => error === first || error.code === 'DUPLICATE_KEY');
  const syntax = told.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    text: `not valid YAML: ${syntaxText(error.code, error.message)}`,
  }));
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      const text = `not valid YAML: the alias *${alias.source} has no anchor before it. Add &${alias.source}, or quote the value.`;
      syntax.push({ line: lines.linePos(alias.range?.[0] ?? 0).line, text });
    },
  });
  if (syntax.length > 0) throw invalidConfig(file, syntax);
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw invalidConfig(file, [{ text: contentFault(error) }]);
  }
}

/**
 * Says what is wrong with the values of a YAML document whose syntax is right: the parser throws for aliases that multiply, and for what
 * a merge key cannot take. Throws every error that is not about the text.
 */
export function contentFault(error: unknown): string {
  if (error instanceof ReferenceError)
    return `${error.message}. Write the values out instead of using so many aliases.`;
  if (error instanceof Error && error.message.startsWith('Merge sources'))
    return '`<<` takes a map, or an alias of one, or a list of those. Mend it, or leave it out.';
  throw error;
}

function syntaxText(code: string, message: string): string {
  // The parser itself catches the overflow of its stack.
  if (/call stack/i.test(message)) return 'its lists and maps are nested too deep. Is it the right file?';
  if (code === 'MULTIPLE_DOCS') return 'more than one document. Keep one, and remove the `---` between them.';
  if (code === 'DUPLICATE_KEY') return 'the same key stands twice in one map. Keep one of them.';
  if (code === 'TAB_AS_INDENT') return 'a tab in the indentation. Use spaces.';
  return `${message.replace(/\.?$/, '.')} Mend the syntax.`;
}

/**
 * Finds what is wrong with `apiVersion` and `kind`. Where one is wrong every other key would be reported too, so that
 * only these are.
 */
function headerProblems(
  content: unknown,
  expected: FileOfKind<z.ZodType>,
  lineOf: (path: readonly PropertyKey[]) => number,
): readonly Problem[] {
  if (content === null || content === undefined) {
    return [{ text: `it is empty. Begin it with \`apiVersion: ${apiVersion}\` and \`kind: ${expected.kind}\`.` }];
  }
  if (typeof content !== 'object' || Array.isArray(content)) {
    return [{ line: 1, text: `the file is ${shownValue(content)}. Write a map with \`kind: ${expected.kind}\`.` }];
  }
  const header = content as Readonly<Record<string, unknown>>;
  const checkKey = (key: 'apiVersion' | 'kind', right: string, more: string): Problem | undefined => {
    const value = header[key];
    if (value === right) return undefined;
    const wrong = Object.hasOwn(header, key) ? `${key} is ${shownValue(value)}` : `${key} is missing`;
    const near = typeof value === 'string' && !isOtherVersion(value) && closest(value, [right]) !== undefined;
    return { line: lineOf([key]), text: `${wrong}. Write \`${key}: ${right}\`.${near ? '' : more}` };
  };
  const problems = [
    checkKey('apiVersion', apiVersion, otherVersion(header.apiVersion)),
    checkKey('kind', expected.kind, ` ${expected.otherKinds}`),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** Answers whether the value is another version of this format, such as `fairlead.dev/v2`. */
function isOtherVersion(value: unknown): boolean {
  return typeof value === 'string' && /^fairlead\.dev\/v[0-9]\w*$/.test(value) && value !== apiVersion;
}

function otherVersion(value: unknown): string {
  if (!isOtherVersion(value)) return ` Fairlead ${version} knows no other.`;
  return ` ${value} needs a newer Fairlead than ${version}.`;
}

function lineOfPath(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const key of path) {
    if (!isCollection(node)) break;
    const marker: unknown = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key
      : node.items[Number(key)];
    if (!isNode(marker)) break;
    offset = marker.range?.[0] ?? offset;
    const child = node.get(key, true);
    node = isNode(child) ? child : null;
  }
  return lines.linePos(offset).line;
}
