import type { Dependencies } from '../../dependencies.ts';
import { configOvertaken, isAtOrBehind } from '../../gitops/ancestry.ts';
import { deployedAt } from '../../gitops/deployed.ts';
import { readRecord } from '../../gitops/record/read-record.ts';
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
  const record = await readRecord(dependencies, proposal, { head: notes });
  const deployed = (await deployedAt(dependencies, proposal, { head: base, record }))?.revision;
  if (!deployed) return false;
  const configs = { config: revision.config, deployed: deployed.config };
  if (!configMayGoBack && (await configOvertaken(source, environment, configs))) return true;
  if (operation === 'config change') return deployed.main !== revision.main;
  return operation === 'promotion' && !(await isAtOrBehind(source, deployed.main, revision.main));
}
