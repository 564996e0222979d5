import type { Deployed } from '../../gitops/deployed.ts';
import { deployments } from '../../record/queries.ts';
import { shortSha } from '../../short-names.ts';
import { timeWords } from '../view/table.ts';
import type { Judge } from './judge.ts';
import type { EnvironmentRecord } from './record.ts';
import type { SourceNow } from './source.ts';

/** The facts from which the remarks about an environment are made. */
interface EnvironmentFacts {
  readonly source: SourceNow;
  readonly record: EnvironmentRecord;
  readonly deployed: Deployed | undefined;
  readonly judge: Judge;
}

/** Explains in sentences why what is deployed differs from what the provenance, main or the record let one expect. */
export async function explainDeployed(facts: EnvironmentFacts): Promise<readonly string[]> {
  const { deployed } = facts;
  if (deployed === undefined) return [];
  const remarks = [
    sameRenderRemark(deployed),
    await offMainRemark(facts, deployed),
    await movedBackRemark(facts, deployed),
  ];
  return remarks.filter((sentence) => sentence !== undefined);
}

function sameRenderRemark({ provenance, revision, record }: Deployed): string | undefined {
  if (record === undefined) return undefined;
  return (
    `The provenance names main ${shortSha(provenance.revision.main)} with config ${shortSha(provenance.revision.config)}. ` +
    `Main ${shortSha(revision.main)} with config ${shortSha(revision.config)} renders to the same manifests and was ` +
    `recorded as deployed without a request (${timeWords(record.time)}).`
  );
}

async function offMainRemark(
  { source }: EnvironmentFacts,
  { revision: { main } }: Deployed,
): Promise<string | undefined> {
  if (await source.repository.isAncestor(main, source.main)) return undefined;
  return `The deployed commit ${shortSha(main)} is not on main any more: main was rewritten.`;
}

/**
 * Tells of a branch that was moved back by hand, most often by a revert on the forge: the record knows more than the
 * branch.
 */
async function movedBackRemark(
  { source, record, judge }: EnvironmentFacts,
  { revision }: Deployed,
): Promise<string | undefined> {
  const last = await judge.findNewest(deployments(record.entries));
  if (last === undefined || last.main === revision.main) return undefined;
  if (!(await source.repository.isAncestor(revision.main, last.main))) return undefined;
  return (
    `Somebody moved the branch back to main ${shortSha(revision.main)} by hand: the record's last is main ` +
    `${shortSha(last.main)} (${last.event}, ${timeWords(last.time)}).`
  );
}
