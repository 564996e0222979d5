import type { Dependencies } from '../../dependencies.ts';
import { gitopsHead } from '../../gitops/gitops-branch.ts';
import { botIdentity } from '../../gitops/request-branch.ts';
import { recordName } from '../../record/entry.ts';
import { parseEntries, printEntry } from '../../record/lines.ts';
import { isRecorded } from '../../record/queries.ts';
import type { RecordOrder, RecordOutcome } from './contract.ts';
import { labelRequest } from './request-labels.ts';

/** Adds an entry to the record of an environment, and labels its request. Done twice, it changes nothing more. */
export async function record(
  dependencies: Pick<Dependencies, 'repositories' | 'forges'>,
  order: RecordOrder,
): Promise<RecordOutcome> {
  await appendEntry(dependencies, order);
  return { unlabelled: await labelRequest(dependencies, order) };
}

/** Adds the entry, unless it is there. Throws `Failure` Refused beside what a newer Fairlead wrote. */
async function appendEntry({ repositories }: Pick<Dependencies, 'repositories'>, order: RecordOrder): Promise<void> {
  const { gitops, entry } = order;
  const repository = repositories.open(gitops.repository);
  const name = recordName(gitops.branch);
  const line = printEntry(entry);
  const { lines } = await repository.notes(name);
  // Nothing is added beside what a newer Fairlead wrote.
  const { entries } = parseEntries(lines);
  // The head may have moved since a first attempt, whose answer was lost.
  if (order.commit === undefined && [...lines.values()].flat().includes(line)) return;
  const commit = order.commit ?? (await gitopsHead(repository, gitops));
  if (isRecorded(entries, { ...entry, commit })) return;
  await repository.appendNotes(name, [{ commit, line }], { ...botIdentity, date: entry.time });
}
