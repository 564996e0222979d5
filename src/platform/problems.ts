import { cut } from '../cut.ts';
import { Failure } from '../failure.ts';

/** One thing that is wrong in one file, for people. */
export interface Problem {
  /** Counts from 1; undefined where the file as a whole is meant. */
  readonly line?: number;
  /** What is wrong and what to do, as one or more sentences. */
  readonly text: string;
}

/** Makes one failure of all problems of a file, in the file's order, one a line. */
export function invalidConfig(file: string, problems: readonly Problem[]): Failure {
  const inOrder = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const lines = inOrder.map(({ line, text }) => `${file}${line === undefined ? '' : `, line ${line}`}: ${text}`);
  return new Failure('InvalidConfig', [...new Set(lines)].join('\n'));
}

const LONGEST_SHOWN = 80;
const LONGEST_NAME = 300;

/** Keys below which nothing is shown. A private key may stand where a public one belongs, or where it is named where one is kept. */
const SECRET_KEY = /token|password|secret|credential|key/i;

/**
 * Shows a value in a message: short, on one line, without what looks like a secret (credentials and the query of a URL, a forge's
 * token, anything below a key that names one).
 */
export function shownValue(value: unknown, path: readonly PropertyKey[] = []): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (path.some((key) => SECRET_KEY.test(String(key)))) return 'not shown here';
  const text = typeof value === 'string' ? JSON.stringify(withoutSecrets(value)) : String(value);
  // The first of several words say what is meant; a name is worth showing as a whole.
  return cut(text, /\s/.test(text) ? LONGEST_SHOWN : LONGEST_NAME);
}

function withoutSecrets(text: string): string {
  return text
    .replace(/\/\/[^/@\s]*@/g, '//***@')
    .replace(/(:\/\/[^\s?]*\?)\S+/g, '$1***')
    .replace(/\b(gh[a-z]_|github_pat_|glpat-)\w+/g, '$1***');
}

/** Writes a path for people: `clusters[0].group`; the file itself is `the file`. */
export function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
