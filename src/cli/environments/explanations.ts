import type { Deployed } from '../../gitops/deployed.ts';
import { deployments } from '../../record/queries.ts';
import { shortSha } from '../../short-sha.ts';
import { timeWords } from '../view/table.ts';
import type { Judge } from './judge.ts';
import type { EnvironmentRecord } from './record.ts';
import type { SourceNow } from './source.ts';

interface Seen {
  readonly source: SourceNow;
  readonly record: EnvironmentRecord;
  readonly deployed: Deployed | undefined;
  readonly judge: Judge;
}

/** Why what is deployed is not what the provenance, main or the record lets one expect, in sentences. */
export async function explanations(seen: Seen): Promise<readonly string[]> {
  if (seen.deployed === undefined) return [];
  const found = [remembered(seen.deployed), await offMain(seen, seen.deployed), await movedBack(seen, seen.deployed)];
  return found.filter((sentence) => sentence !== undefined);
}

function remembered({ provenance, revision, record }: Deployed): string | undefined {
  if (record === undefined) return undefined;
  return (
    `The provenance names main ${shortSha(provenance.revision.main)} with config ${shortSha(provenance.revision.config)}. ` +
    `Main ${shortSha(revision.main)} with config ${shortSha(revision.config)} renders to the same manifests and was ` +
    `recorded as deployed without a request (${timeWords(record.time)}).`
  );
}

async function offMain({ source }: Seen, { revision: { main } }: Deployed): Promise<string | undefined> {
  if (await source.repository.isAncestor(main, source.main)) return undefined;
  return `The deployed commit ${shortSha(main)} is not on main any more: main was rewritten.`;
}

/** A revert on the forge, most often: the record knows better than the branch. */
async function movedBack({ source, record, judge }: Seen, { revision }: Deployed): Promise<string | undefined> {
  const last = await judge.newest(deployments(record.entries));
  if (last === undefined || last.main === revision.main) return undefined;
  if (!(await source.repository.isAncestor(revision.main, last.main))) return undefined;
  return (
    `Somebody moved the branch back to main ${shortSha(revision.main)} by hand: the record's last is main ` +
    `${shortSha(last.main)} (${last.event}, ${timeWords(last.time)}).`
  );
}
