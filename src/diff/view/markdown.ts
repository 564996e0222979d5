import { countOf } from '../../text/count-of.ts';
import { codeBlockText, codeText, markdownText } from '../../untrusted-text.ts';
import type { SharedChange } from '../compare.ts';
import type { FieldChange } from '../field-change.ts';
import { type ChangePlaces, fieldWords, groupWords } from './words.ts';

/** The most fields of an object, lines of a text and changes that are not folded. */
const most = { fields: 30, lines: 30, unfolded: 20 };

/** The room that what is said after the changes may take. */
const roomForEnd = 400;

/**
 * Lists changes in Markdown for a forge, the first ones open and the others folded, in no more characters than `room`; it says how
 * many it left out. What manifests contain is no markup there, mentions nobody and closes nothing.
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
  const tooMany =
    more > 0 ? [`\nand ${countOf(more, 'more object', 'more objects')}, too many to be listed here.`] : [];
  return [...shown.slice(0, most.unfolded), ...rest, ...tooMany];
}

function* changeEntries(changes: readonly SharedChange[], places: ChangePlaces): Generator<string> {
  for (const change of changes) yield changeEntry(change, groupWords(change, places));
}

/** Takes texts for as long as there is room for them. */
export function fitting(texts: Iterable<string>, room: number): readonly string[] {
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
    ...(unread ? ['  - its text changed, and was not read: it is no YAML, too large, or very much changes'] : []),
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
