import { countOf } from '../../text/count-of.ts';
import { codeBlockText, codeText, htmlText, markdownText } from '../../untrusted-text.ts';
import type { SharedChange } from '../compare.ts';
import type { FieldChange } from '../field-change.ts';
import { fitting } from './listed.ts';
import { objectCode, objectHtml } from './object-words.ts';
import { type ChangePlaces, fieldWords, groupWords } from './words.ts';

/** The most fields of an object, lines of a text and changes that are not folded. */
const most = { fields: 30, lines: 30, unfolded: 20 };

/** The room that what is said after the changes may take. */
const roomForEnd = 400;

/**
 * Lists changes in Markdown for a forge, one for each object with its fields folded, in no more characters than `room`; those behind
 * the first ones are folded once more, and it says how many it left out. What manifests contain is no markup there, mentions nobody
 * and closes nothing.
 */
export function changesMarkdown(
  changes: readonly SharedChange[],
  places: ChangePlaces,
  room: number,
): readonly string[] {
  const shown = fitting(changeEntries(changes, places), room - roomForEnd);
  const more = changes.length - shown.length;
  const folded = shown.slice(most.unfolded);
  const rest =
    folded.length === 0
      ? []
      : [
          `\n<details><summary>${countOf(folded.length, 'more change', 'more changes')}</summary>\n`,
          ...folded,
          '\n</details>',
        ];
  const elsewhere = places.page === undefined ? '' : ` [All of the change](${places.page})`;
  const tooMany =
    more > 0 ? [`\nand ${countOf(more, 'more object', 'more objects')}, too many to be listed here.${elsewhere}`] : [];
  return [...shown.slice(0, most.unfolded), ...rest, ...tooMany];
}

function* changeEntries(changes: readonly SharedChange[], places: ChangePlaces): Generator<string> {
  for (const change of changes) yield changeEntry(change, groupWords(change, places));
}

function changeEntry(change: SharedChange, where: string): string {
  const { kind, id, leaf, movedFrom, unread } = change;
  const fields = fieldEntries(change);
  if (fields.length === 0) {
    const word = kind === 'removed' ? '**removed**' : kind;
    const from = movedFrom === undefined ? codeText(leaf) : `${codeText(movedFrom)} → ${codeText(leaf)}`;
    const trouble = unread
      ? '; its text changed, and was not read: it is no YAML, too large, or very much changes'
      : '';
    return `- ${word} ${markdownText(id.kind)} ${objectCode(id)}, ${from}, ${markdownText(where)}${trouble}`;
  }
  // Markdown is read again behind the empty line; what is on the line of the summary is HTML.
  const from = movedFrom === undefined ? leafHtml(leaf) : `${leafHtml(movedFrom)} → ${leafHtml(leaf)}`;
  const summary = `${kind} ${htmlText(id.kind)} ${objectHtml(id)}, ${from}, ${htmlText(where)}`;
  return [`<details><summary>${summary}</summary>\n`, ...fields, '\n</details>\n'].join('\n');
}

function leafHtml(leaf: string): string {
  return `<code>${htmlText(leaf)}</code>`;
}

function fieldEntries({ fields }: SharedChange): readonly string[] {
  const more = fields.length - most.fields;
  return [
    ...fields.slice(0, most.fields).map(fieldEntry),
    ...(more > 0 ? [`- and ${countOf(more, 'more field', 'more fields')}`] : []),
  ];
}

const lineSigns = { same: ' ', added: '+', removed: '-', gap: '…' } as const;

function fieldEntry(field: FieldChange): string {
  const words = fieldWords(field);
  const place = codeText(field.path);
  if (words.kind === 'note') return `- ${place}: ${words.note}`;
  if (words.kind === 'values') {
    const { before, after } = words;
    if (before === undefined) return `- added ${place}: ${codeText(after ?? '')}`;
    if (after === undefined) return `- removed ${place}: ${codeText(before)}`;
    return `- ${place}: ${codeText(before)} → ${codeText(after)}`;
  }
  const more = words.lines.length - most.lines;
  const lines = words.lines.slice(0, most.lines).map(({ kind, text }) => `${lineSigns[kind]}${text.slice(0, 200)}`);
  const block = codeBlockText(
    [...lines, ...(more > 0 ? [`… ${countOf(more, 'more line', 'more lines')}`] : [])],
    'diff',
  );
  return `- ${place}:\n${block.replace(/^/gm, '  ')}`;
}
