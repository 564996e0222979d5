import type { Dependencies } from '../../dependencies.ts';
import { gitopsHead } from '../../gitops/gitops-branch.ts';
import { botIdentity } from '../../gitops/request-branch.ts';
import { recordName } from '../../record/entry.ts';
import { printEntry } from '../../record/lines.ts';
import type { RecordOrder } from '../contract.ts';

/** Adds an entry to the record of an environment; done twice, it stands there once. */
export async function record({ repositories }: Pick<Dependencies, 'repositories'>, order: RecordOrder): Promise<void> {
  const { environment, gitops, entry } = order;
  const repository = repositories.open(gitops.repository);
  const name = recordName(environment);
  const line = printEntry(entry);
  // The head may have moved since a first attempt, whose answer was lost.
  if (order.commit === undefined && [...(await repository.notes(name)).lines.values()].flat().includes(line)) return;
  const commit = order.commit ?? (await gitopsHead(repository, gitops));
  await repository.appendNotes(name, [{ commit, line }], { ...botIdentity, date: entry.time });
}
