import type { Dependencies } from '../../dependencies.ts';
import { configOvertaken, isAtOrBehind } from '../../gitops/ancestry.ts';
import { deployedAt } from '../../gitops/deployed.ts';
import { recordName } from '../../record/entry.ts';
import type { Proposal } from './contract.ts';

/**
 * Tells whether, by the record, another pair is deployed than the proposal was rendered on. `notes`: head of the record
 * now.
 */
export async function deployedMoved(
  dependencies: Dependencies,
  proposal: Proposal,
  notes: string | undefined,
): Promise<boolean> {
  if (notes === proposal.recordHead) return false;
  const { environment, operation, revision, base, configMayGoBack } = proposal;
  const source = dependencies.repositories.open(proposal.source);
  const repository = dependencies.repositories.open(proposal.gitops.repository);
  const record = await repository.notes(recordName(proposal.gitops.branch), { head: notes });
  const deployed = (await deployedAt(dependencies, proposal, { head: base, notes: record }))?.revision;
  if (!deployed) return false;
  const configs = { config: revision.config, deployed: deployed.config };
  if (!configMayGoBack && (await configOvertaken(source, environment, configs))) return true;
  if (operation === 'config change') return deployed.main !== revision.main;
  return operation === 'promotion' && !(await isAtOrBehind(source, deployed.main, revision.main));
}
