import { type ChangePlaces, groupNames } from '../../../diff/view/words.ts';
import { removalWords } from '../../../operation/guard/removals.ts';
import { shortSha } from '../../../short-names.ts';
import { countOf } from '../../../text/count-of.ts';
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

/** Answers the groups and clusters by which changes are told. */
export function placesOf({ clusters, difference }: EnvironmentDiff): ChangePlaces {
  return { all: difference.groups.all.length, clusters };
}

/** Lists sentences on an environment beside its changes. */
export function remarksOf({ difference, removals, refusal, waiting, warnings }: EnvironmentDiff): readonly string[] {
  const { groups, paired, rewritten } = difference;
  return [
    ...(removals === undefined ? [] : [`The guard names what goes: ${removalWords(removals)}. ${wayOut(refusal)}`]),
    ...firstOf(
      groups.removed.map(
        (group) =>
          `The group ${group} goes as a whole: Flux does not find its folder any more, and keeps what it has applied there.`,
      ),
      'groups',
    ),
    ...firstOf(
      groups.emptied.map((group) => `The group ${group} is emptied: Flux removes what it has applied there.`),
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

/** Says what it takes that something goes which the guard names. */
function wayOut(refusal: string | undefined): string {
  if (refusal === undefined) return 'Under auto and approval it needs fairlead approve … --removals.';
  return `It would be refused, whatever is approved: ${refusal}`;
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
