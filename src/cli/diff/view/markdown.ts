import type { SharedChange } from '../../../diff/compare.ts';
import type { FieldChange } from '../../../diff/field-change.ts';
import { codeBlockText, codeText, markdownText } from '../../../untrusted-text.ts';
import { countOf } from '../../report.ts';
import { type DiffReport, differs, type EnvironmentDiff, type FailedDiff } from '../report.ts';
import { countWords, fieldWords, groupWords, remarksOf, sideWords } from './words.ts';

/** The characters of a comment: GitHub takes 65,536. */
const mostCharacters = 60_000;
/** The most fields of an object, lines of a text and changes that are not folded. */
const most = { fields: 30, lines: 30, unfolded: 20 };

/** Writes what differs as a comment on a pull request, no longer than a forge takes. */
export function markdownComment({ environments, remarks }: DiffReport): string {
  const parts: string[] = [`## What would change\n`, ...remarks.map((remark) => `${markdownText(remark)}\n`)];
  let left = mostCharacters - lengthOf(parts);
  for (const [index, environment] of environments.entries()) {
    const part = environmentPart(environment, Math.floor(left / (environments.length - index)));
    left -= part.length + 1;
    parts.push(part);
  }
  return `${parts.join('\n').trimEnd()}\n`;
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length + 1, 0);
}

/** The room that what is said after the changes may take. */
const roomForEnd = 400;

function environmentPart(diff: EnvironmentDiff | FailedDiff, room: number): string {
  if ('failure' in diff) {
    const lines = diff.failure.message.slice(0, Math.max(0, room - roomForEnd)).split('\n');
    return `### ${markdownText(diff.environment)}: could not be compared\n\n${lines.map((line) => `> ${markdownText(line)}`).join('\n')}\n`;
  }
  const { environment, before, after, difference } = diff;
  const head = [
    `### ${markdownText(environment)}: ${countWords(difference)}\n`,
    `${markdownText(`${sideWords(after, environment)}, against ${sideWords(before, environment)}`)}.\n`,
  ];
  const all = remarksOf(diff).map((remark) => `- ${markdownText(remark)}`);
  const some = fitting(all, Math.floor(room / 4));
  const remarks = some.length < all.length ? [...some, `- and ${all.length - some.length} more remarks`] : some;
  const end = remarks.length === 0 ? [] : [`${remarks.join('\n')}\n`];
  if (!differs(diff)) return [...head, ...end].join('\n');
  const taken = lengthOf([...head, ...end]) + roomForEnd;
  const shown = fitting(changeEntries(diff), room - taken);
  const more = difference.changes.length - shown.length;
  const folded = shown.slice(most.unfolded);
  const rest =
    folded.length === 0
      ? []
      : [
          `\n<details><summary>${countOf(folded.length, 'more change', 'more changes')}</summary>\n`,
          ...folded,
          '\n</details>',
        ];
  const tooMany = more > 0 ? [`\nand ${countOf(more, 'more object', 'more objects')}, too many for a comment.`] : [];
  return [...head, ...shown.slice(0, most.unfolded), ...rest, ...tooMany, '', ...end].join('\n');
}

function* changeEntries(diff: EnvironmentDiff): Generator<string> {
  for (const change of diff.difference.changes) yield changeEntry(change, groupWords(change, diff));
}

/** Takes texts for as long as there is room for them. */
function fitting(texts: Iterable<string>, room: number): readonly string[] {
  const taken: string[] = [];
  let left = room;
  for (const text of texts) {
    left -= text.length + 1;
    if (left < 0) break;
    taken.push(text);
  }
  return taken;
}

function changeEntry({ kind, id, leaf, movedFrom, fields, unread }: SharedChange, where: string): string {
  const name = codeText(id.namespace === '' ? id.name : `${id.namespace}/${id.name}`);
  const word = kind === 'removed' ? '**removed**' : kind;
  const from = movedFrom === undefined ? codeText(leaf) : `${codeText(movedFrom)} → ${codeText(leaf)}`;
  const more = fields.length - most.fields;
  return [
    `- ${word} ${markdownText(id.kind)} ${name}, ${from}, ${markdownText(where)}`,
    ...(unread ? ['  - its text changed, and was not read: it is no YAML, or too large'] : []),
    ...fields.slice(0, most.fields).map(fieldEntry),
    ...(more > 0 ? [`  - and ${countOf(more, 'more field', 'more fields')}`] : []),
  ].join('\n');
}

const lineSigns = { same: ' ', added: '+', removed: '-', gap: '…' } as const;

function fieldEntry(field: FieldChange): string {
  const words = fieldWords(field);
  const place = codeText(field.path);
  if (words.kind === 'note') return `  - ${place}: ${words.note}`;
  if (words.kind === 'values') {
    const { before, after } = words;
    if (before === undefined) return `  - added ${place}: ${codeText(after ?? '')}`;
    if (after === undefined) return `  - removed ${place}: ${codeText(before)}`;
    return `  - ${place}: ${codeText(before)} → ${codeText(after)}`;
  }
  const more = words.lines.length - most.lines;
  const lines = words.lines.slice(0, most.lines).map(({ kind, text }) => `${lineSigns[kind]}${text.slice(0, 200)}`);
  const block = codeBlockText(
    [...lines, ...(more > 0 ? [`… ${countOf(more, 'more line', 'more lines')}`] : [])],
    'diff',
  );
  return `  - ${place}:\n${block.replace(/^/gm, '    ')}`;
}
