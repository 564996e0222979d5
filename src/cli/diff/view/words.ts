import type { SharedChange } from '../../../diff/compare.ts';
import type { FieldChange } from '../../../diff/field-change.ts';
import { changedTextLines, type TextLine } from '../../../diff/lines.ts';
import { type Value, valueText } from '../../../diff/value.ts';
import { shortSha } from '../../../short-names.ts';
import { countOf } from '../../report.ts';
import type { DeployedSide, EnvironmentDiff, RenderedSide, SideCommit } from '../report.ts';

/** Says what an environment is compared with: `main 3f2a9c1d with config 81bc0dea`. */
export function sideWords(side: RenderedSide | DeployedSide, environment: string): string {
  if (side.kind === 'deployed') {
    if (side.main === undefined || side.config === undefined)
      return `branch ${side.branch}, where nothing is deployed yet`;
    return `what is deployed (main ${shortSha(side.main)} with config ${shortSha(side.config)})`;
  }
  const other = side.environment === environment ? '' : `${side.environment}, `;
  return `${other}${commitWords('main', side.main)} with ${commitWords('config', side.config)}`;
}

function commitWords(what: string, { commit, checkout }: SideCommit): string {
  if (!checkout) return `${what} ${shortSha(commit ?? '')}`;
  return `${what} as checked out${commit === undefined ? '' : ` (${shortSha(commit)})`}`;
}

/** Counts what differs: `1 removed, 2 changed, 3 added`; of objects that several groups share, each is counted once. */
export function countWords({ changes }: EnvironmentDiff['difference']): string {
  if (changes.length === 0) return 'no differences';
  return (['removed', 'changed', 'added'] as const)
    .map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

/** The most groups that are named. */
const mostGroups = 3;

/** Says in which groups a change is, and how many clusters that are: `in all 3 groups (9 clusters)`. */
export function groupWords({ groups }: SharedChange, { clusters, difference }: EnvironmentDiff): string {
  const all = difference.groups.all.length;
  const count = groups.reduce((sum, group) => sum + (clusters.get(group)?.length ?? 0), 0);
  const many = count === 0 ? '' : ` (${countOf(count, 'cluster')})`;
  if (groups.length === all && all > 1) return `in all ${all} groups${many}`;
  return `${groupNames(groups)}${many}`;
}

function groupNames(groups: readonly string[]): string {
  const more = groups.length - mostGroups;
  return `in ${groups.slice(0, mostGroups).join(', ')}${more > 0 ? ` and ${countOf(more, 'more group', 'more groups')}` : ''}`;
}

/** What there is to say of a change of a field: in one line, or in lines where the text has several. */
export type FieldWords =
  | { readonly kind: 'values'; readonly before?: string; readonly after?: string }
  | { readonly kind: 'note'; readonly note: string }
  | { readonly kind: 'lines'; readonly lines: readonly TextLine[] };

/** Puts a change of a field into words. */
export function fieldWords({ kind, before, after, hidden }: FieldChange): FieldWords {
  if (hidden) return { kind: 'note', note: `${kind}, its value is not shown` };
  if (kind === 'reordered') return { kind: 'note', note: 'the same items in another order' };
  if (typeof before === 'string' && typeof after === 'string') {
    const lines = changedTextLines(before, after);
    if (lines !== undefined) return { kind: 'lines', lines };
  }
  return {
    kind: 'values',
    ...(before !== undefined && { before: shownValue(before) }),
    ...(after !== undefined && { after: shownValue(after) }),
  };
}

/** The most characters of a value that are shown. */
const longestValue = 160;

function shownValue(value: Value): string {
  const text = valueText(value);
  if (text.length <= longestValue) return text;
  return `${text.slice(0, longestValue).replace(/[\ud800-\udbff]$/, '')}… (${text.length - longestValue} more characters)`;
}

/** Lists sentences on an environment beside its changes. */
export function remarksOf({ difference, waiting, warnings }: EnvironmentDiff): readonly string[] {
  const { groups, paired, rewritten } = difference;
  return [
    ...firstOf(
      groups.removed.map((group) => `The group ${group} goes as a whole.`),
      'groups',
    ),
    ...firstOf(
      groups.added.map((group) => `The group ${group} is new.`),
      'groups',
    ),
    ...firstOf(
      paired.map(({ group, against }) => `Group ${group} is compared with group ${against}.`),
      'groups',
    ),
    ...(rewritten.length === 0 ? [] : [rewrittenWords(rewritten)]),
    ...firstOf(waitingWords(waiting), 'assignments'),
    ...firstOf(
      warnings.map((sentence) => `Warning: ${sentence}`),
      'warnings',
    ),
  ];
}

function rewrittenWords(files: readonly string[]): string {
  return `${countOf(files.length, 'file is', 'files are')} written in another form, and no object in ${files.length === 1 ? 'it' : 'them'} changes.`;
}

function waitingWords(waiting: EnvironmentDiff['waiting']): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { group, path } of waiting) groups.set(path, [...(groups.get(path) ?? []), group]);
  return [...groups].map(
    ([path, all]) => `${path} is left out ${groupNames(all)}: it is assigned, but not in this commit of main.`,
  );
}

/** The most sentences of one sort. */
const mostSentences = 20;

function firstOf(sentences: readonly string[], what: string): readonly string[] {
  const more = sentences.length - mostSentences;
  return more > 0 ? [...sentences.slice(0, mostSentences), `And ${more} more ${what} like these.`] : sentences;
}
