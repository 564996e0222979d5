import { awaitedRemovals, type EmptiedGroup, type GuardedRemovals } from '../../operation/guard/removals.ts';
import { shortSha } from '../../short-names.ts';
import { countOf } from '../../text/count-of.ts';
import { codeText } from '../../untrusted-text.ts';
import type { OpenOrder } from './contract.ts';

/** Says what a request removes that the guard of the environment names, and what that asks of whom; '' where it removes nothing of that. */
export function guardSection(order: OpenOrder): string {
  const { removals, environment } = order;
  if (removals === undefined) return '';
  const lines = [
    `**This removes what the guard of ${codeText(environment)} names:**`,
    ...guardedLines(removals).map((line) => `- ${line}`),
    '',
    decisionWords(order),
  ];
  return lines.map((line) => `> ${line}`.trimEnd()).join('\n');
}

function guardedLines({
  objects,
  guarded,
  groups,
  emptied,
  removed,
  before,
  share,
}: GuardedRemovals): readonly string[] {
  return [
    ...objects.map(codeText),
    ...moreOf(guarded - objects.length, 'objects of these kinds'),
    ...groups.map(groupWords),
    ...moreOf(emptied - groups.length, 'groups as a whole'),
    ...(share === undefined
      ? []
      : [
          `${removed} of ${before} objects, each counted once for each cluster that has it; more than ${Math.round(share * 1000) / 10} % needs an approval`,
        ]),
  ];
}

function moreOf(count: number, what: string): readonly string[] {
  return count > 0 ? [`… and ${count} more ${what}`] : [];
}

function groupWords({ group, clusters, keeps }: EmptiedGroup): string {
  const which = `all objects of the group ${codeText(group)}, in which ${countOf(clusters, 'cluster is', 'clusters are')} listed`;
  if (!keeps) return which;
  return (
    `${which}. Its folder goes, too, so that Flux does not find its path any more, and **keeps what runs there**. To have ` +
    `it removed, put ${codeText(`${group}/kustomization.yaml`)} with ${codeText('resources: []')} on the config branch, until the ` +
    'clusters are taken off'
  );
}

function decisionWords({ operation, merge, reference, environment, commit, removals }: OpenOrder): string {
  if (awaitedRemovals(operation, removals) === undefined)
    return 'Asking for the rollback counts as the approval of this.';
  const config = removals?.byConfig
    ? "It is today's config that removes it, which is not deployed yet: asking for the rollback is no approval of that. "
    : '';
  if (merge === 'manual' || reference === undefined) return `${config}Merge it only if that is meant.`;
  const approve = `fairlead approve ${reference} ${environment} --head ${shortSha(commit)} --removals`;
  return `${config}If that is meant: ${codeText(approve)}`;
}
