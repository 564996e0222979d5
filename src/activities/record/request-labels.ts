import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { Forge } from '../../forge/port.ts';
import type { OperationKind } from '../../operation/kind.ts';
import { ownLabels } from '../../platform/request/own-labels.ts';
import type { RecordEntry } from '../../record/entry.ts';
import type { RecordOrder } from './contract.ts';

/** The label of an open request, by the operation. */
export const openLabels: Readonly<Record<OperationKind, string>> = {
  promotion: 'promotion',
  'config change': 'configuration',
  rollback: 'rollback',
};

type Label = (typeof ownLabels)[number];

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
 * missing label stops nobody: what a limit or something else that passes keeps away is set later by this worker, and the next
 * entry tries again. A request that was not merged keeps its label.
 */
export async function labelRequest(
  { forges, outbox }: Pick<Dependencies, 'forges' | 'outbox'>,
  { entry, gitops }: Pick<RecordOrder, 'entry' | 'gitops'>,
): Promise<string | undefined> {
  const label = labelAfter(entry);
  const { request: number } = entry;
  if (label === undefined || number === undefined) return undefined;
  try {
    await forges.for(gitops.repository).relabel(number, label, ownLabels);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const sentence = `#${number} could not be labelled ${label}. ${error.message}`;
    if (!error.retryable || outbox === undefined) return sentence;
    const sent = await outbox.send({
      repository: gitops.repository,
      what: 'labels',
      key: `#${number}`,
      text: label,
      weight: 'last',
      write: (signal) => labelLate(forges.for(gitops.repository, signal), number, label),
    });
    return sent === 'left out' ? sentence : `${sentence} The label is tried again by itself.`;
  }
}

/** The label after which another one says nothing any more. */
const outdoneBy: Readonly<Partial<Record<Label, Label>>> = { deployed: 'promoted' };

/** Sets a label that is late, unless a later entry has set its own meanwhile, maybe by another worker. */
async function labelLate(forge: Forge, number: number, label: Label): Promise<undefined> {
  const later = outdoneBy[label];
  if (later !== undefined) {
    const { labels } = await forge.pullRequest(number);
    // GitHub takes the names of labels without regard to case.
    if (labels.some((name) => name.toLowerCase() === later)) return;
  }
  await forge.relabel(number, label, ownLabels);
}
