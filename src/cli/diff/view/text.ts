import type { SharedChange } from '../../../diff/compare.ts';
import type { FieldChange } from '../../../diff/field-change.ts';
import { countWords, fieldWords, groupWords } from '../../../diff/view/words.ts';
import { objectName } from '../../../object-name.ts';
import { countOf } from '../../../text/count-of.ts';
import { terminalText } from '../../../untrusted-text.ts';
import type { DiffReport, EnvironmentDiff, FailedDiff } from '../report.ts';
import { placesOf, remarksOf, sideWords } from './words.ts';

/** The most objects of an environment, fields of an object and lines of a text that are shown; `--format json` is whole. */
const most = { objects: 500, fields: 40, lines: 40 };

/** Writes what differs for a terminal, environment by environment. */
export function* textLines({ environments, remarks }: DiffReport): Generator<string> {
  for (const [index, environment] of environments.entries()) {
    if (index > 0) yield '';
    yield* environmentLines(environment);
  }
  for (const remark of remarks) yield oneLine(remark, longest.sentence);
}

function* environmentLines(diff: EnvironmentDiff | FailedDiff): Generator<string> {
  if ('failure' in diff) {
    yield `${diff.environment}: could not be compared`;
    for (const line of diff.failure.message.split('\n')) yield oneLine(`  error: ${line}`, longest.sentence);
    return;
  }
  const { environment, before, after, difference } = diff;
  yield `${environment}: ${countWords(difference.changes)}`;
  yield oneLine(`  ${sideWords(after, environment)}, against ${sideWords(before, environment)}`);
  const places = placesOf(diff);
  for (const change of difference.changes.slice(0, most.objects))
    yield* changeLines(change, groupWords(change, places));
  const more = difference.changes.length - most.objects;
  if (more > 0) yield `  and ${countOf(more, 'more object', 'more objects')}: --format json has all`;
  for (const remark of remarksOf(diff)) yield oneLine(`  ${remark}`, longest.sentence);
}

const signs = { removed: '-', changed: '~', added: '+' } as const;

function* changeLines(change: SharedChange, where: string): Generator<string> {
  const { kind, id, leaf, movedFrom, fields, unread } = change;
  const from = movedFrom === undefined ? leaf : `${movedFrom} → ${leaf}`;
  yield oneLine(`  ${signs[kind]} ${objectName(id)}, ${from}, ${where}`);
  if (unread) yield '      its text changed, and was not read: it is no YAML, or too large';
  for (const field of fields.slice(0, most.fields)) yield* fieldLines(field);
  if (fields.length > most.fields)
    yield `      and ${countOf(fields.length - most.fields, 'more field', 'more fields')}`;
}

const lineSigns = { same: '  ', added: '+ ', removed: '- ', gap: '…' } as const;

function* fieldLines(field: FieldChange): Generator<string> {
  const words = fieldWords(field);
  if (words.kind === 'note') yield oneLine(`      ${field.path}: ${words.note}`);
  else if (words.kind === 'values') {
    const { before, after } = words;
    if (before === undefined) yield oneLine(`      + ${field.path}: ${after}`);
    else if (after === undefined) yield oneLine(`      - ${field.path}: ${before}`);
    else yield oneLine(`      ${field.path}: ${before} → ${after}`);
  } else {
    yield oneLine(`      ${field.path}:`);
    for (const { kind, text } of words.lines.slice(0, most.lines)) yield oneLine(`        ${lineSigns[kind]}${text}`);
    const more = words.lines.length - most.lines;
    if (more > 0) yield `        and ${countOf(more, 'more line', 'more lines')}`;
  }
}

/** The most characters of a line: manifests have texts of megabytes on one line. A sentence ends with what helps. */
const longest = { line: 400, sentence: 2_000 };

function oneLine(text: string, length = longest.line): string {
  const cut = text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
  return terminalText(cut).replaceAll('\n', ' ').trimEnd();
}
