import type { z } from 'zod';
import { version } from '../version.ts';
import { closest } from './closest.ts';
import { type Problem, pathText, shownValue } from './problems.ts';

/** Stands between the known keys in the message of an `unrecognized_keys` issue; see `map` in fields.ts. */
export const KEY_SEPARATOR = ', ';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Puts zod's issues into the words of a file's author. A schema's own message is the remedy ("Write a duration
 * such as 30s."); path and value are put before it here.
 */
export function schemaProblems(
  issues: readonly Issue[],
  content: unknown,
  lineOf: (path: Path) => number,
): readonly Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, [], { content, lineOf }));
}

interface CheckedFile {
  readonly content: unknown;
  readonly lineOf: (path: Path) => number;
}

function problemsOf(issue: Issue, base: Path, file: CheckedFile): readonly Problem[] {
  const { content, lineOf } = file;
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(KEY_SEPARATOR);
    return issue.keys.map((key) => ({ line: lineOf([...path, key]), text: unknownKey(key, path, known) }));
  }
  if (issue.code === 'invalid_union') {
    const inner = fittingOption(issue.errors);
    if (inner !== undefined) return inner.flatMap((each) => problemsOf(each, path, file));
  }
  return [
    {
      line: lineOf(path),
      text: `${whatIsThere(path, content)}. ${issue.message}${suggestion(issue, valueAt(content, path))}`,
    },
  ];
}

/** Names the word of a list that was most likely meant. */
function suggestion(issue: Issue, value: unknown): string {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return '';
  const meant = closest(
    value,
    issue.values.filter((word) => typeof word === 'string'),
  );
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

/** Finds the option of a union whose type fits the input, so that its own problems are the ones to tell. */
function fittingOption(options: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = options.filter((issues) => issues.every((issue) => issue.path.length > 0 || !isMismatch(issue)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function isMismatch(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function whatIsThere(path: Path, content: unknown): string {
  const parent = valueAt(content, path.slice(0, -1));
  const key = path.at(-1);
  const missing = typeof parent === 'object' && parent !== null && key !== undefined && !Object.hasOwn(parent, key);
  return `${pathText(path)} is ${missing ? 'missing' : shownValue(valueAt(content, path), path)}`;
}

function valueAt(content: unknown, path: Path): unknown {
  let value = content;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}

function unknownKey(key: string, path: Path, known: readonly string[]): string {
  const place = path.length === 0 ? '' : ` in ${pathText(path)}`;
  const meant = closest(key, known);
  const newer = `This is Fairlead ${version}: if a newer one brought the key, update it.`;
  const remedy =
    meant === undefined ? `Known here: ${known.join(KEY_SEPARATOR)}. ${newer}` : `Did you mean "${meant}"?`;
  return `unknown key ${JSON.stringify(key)}${place}. ${remedy}`;
}
