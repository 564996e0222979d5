import { countOf } from '../../text/count-of.ts';
import { markdownText } from '../../untrusted-text.ts';
import type { SharedChange } from '../compare.ts';
import { listed } from './listed.ts';
import { countWords, groupNames } from './words.ts';

const room = {
  lines: 20,
  characters: 3_000,
  more: (count: number) => `and ${countOf(count, 'more line', 'more lines')} of other counts`,
};

/** Counts in Markdown what differs in each group; groups with the same counts share a line. One group alone needs none. */
export function groupCountLines(changes: readonly SharedChange[], all: number): readonly string[] {
  if (all < 2) return [];
  const byGroup = new Map<string, SharedChange[]>();
  for (const change of changes)
    for (const group of change.groups) {
      const those = byGroup.get(group) ?? [];
      those.push(change);
      byGroup.set(group, those);
    }
  const byCounts = new Map<string, string[]>();
  for (const [group, those] of [...byGroup].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const counts = countWords(those);
    const alike = byCounts.get(counts);
    if (alike) alike.push(group);
    else byCounts.set(counts, [group]);
  }
  const lines = [...byCounts].map(([counts, groups]) => {
    const where = groups.length === all ? `in each of the ${all} groups` : groupNames(groups);
    return `- ${counts} ${markdownText(where)}`;
  });
  return listed(lines, room);
}
