import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { RecordEntry } from '../../record/entry.ts';
import type { RecordOrder } from './contract.ts';

/** The label of an open request, by the operation. */
export const openLabels: Readonly<Record<OperationKind, string>> = {
  promotion: 'promotion',
  'config change': 'configuration',
  rollback: 'rollback',
};

/** All labels that Fairlead gives; a request has one of them. */
const requestLabels = [
  'promotion',
  'deployed',
  'promoted',
  'configuration',
  'configured',
  'rollback',
  'rolled-back',
] as const;
type Label = (typeof requestLabels)[number];

/**
 * Answers the label of a merged request from this entry of the record on; undefined where its label stays. A request
 * that a person accepted with unhealthy clusters stays `deployed`.
 */
export function labelAfter({ event, operation }: RecordEntry): Label | undefined {
  if (event === 'promoted' || event === 'configured') return event;
  if (event === 'rolled back') return 'rolled-back';
  if (event !== 'deployed') return undefined;
  return operation === 'promotion' ? 'deployed' : operation === 'rollback' ? 'rolled-back' : undefined;
}

/**
 * Labels the request of an entry of the record. Answers, in a sentence, why it could not; undefined where it could. A
 * missing label stops nobody, and the next entry tries again. A request that was not merged keeps its label.
 */
export async function labelRequest(
  { forges }: Pick<Dependencies, 'forges'>,
  { entry, gitops }: Pick<RecordOrder, 'entry' | 'gitops'>,
): Promise<string | undefined> {
  const label = labelAfter(entry);
  const { request: number } = entry;
  if (label === undefined || number === undefined) return undefined;
  try {
    const forge = forges.for(gitops.repository);
    await forge.relabel(number, label, requestLabels);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `#${number} could not be labelled ${label}. ${error.message}`;
  }
}
