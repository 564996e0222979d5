import { countOf } from '../../text/count-of.ts';
import { markdownText } from '../../untrusted-text.ts';
import type { SharedChange } from '../compare.ts';
import { listed } from './listed.ts';
import { objectCode } from './object-words.ts';
import { type ChangePlaces, groupWords } from './words.ts';

const room = {
  lines: 20,
  characters: 5_000,
  more: (count: number) => `and ${countOf(count, 'more object', 'more objects')}`,
};

/** Names in Markdown what is removed, the weightiest first, as the changes are sorted. */
export function removedLines(changes: readonly SharedChange[], places: ChangePlaces): readonly string[] {
  const removed = changes.filter(({ kind }) => kind === 'removed');
  return listed(
    removed.map(
      (change) =>
        `- ${markdownText(change.id.kind)} ${objectCode(change.id)}, ${markdownText(groupWords(change, places))}`,
    ),
    room,
  );
}
