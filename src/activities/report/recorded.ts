import { asGiven } from '../../operation/claim.ts';
import type { RecordEntry } from '../../record/entry.ts';
import { markdownText } from '../../untrusted-text.ts';
import type { RecordOrder, RecordOutcome } from '../record/contract.ts';
import { tellApproved } from './approved.ts';
import {
  type ReportingDependencies,
  type ReportPlace,
  type StatusWords,
  type Taken,
  tellDeployment,
  tellMain,
  tellRequest,
} from './send.ts';
import { healthyWords } from './words.ts';

/** Tells what was recorded of an operation in its environment: that it is deployed, and how it ended. */
export async function tellRecorded(
  dependencies: ReportingDependencies,
  order: RecordOrder,
  outcome: RecordOutcome,
): Promise<RecordOutcome> {
  const { source, environment, gitops, entry } = order;
  const { operation, main, request } = entry;
  const words = entryWords(entry);
  if (source === undefined || operation === undefined || main === undefined || words === undefined) return outcome;
  const place: ReportPlace = { source, environment, operation, main };
  const targetUrl = entry.workflow === undefined ? undefined : dependencies.workflowUrl?.(entry.workflow);
  const weight = entry.event === 'deployed' ? 'news' : 'last';
  const told = await Promise.all([
    tellApproved(dependencies, order),
    tellMain(dependencies, place, { ...words, targetUrl, weight }),
    ...(entry.event === 'rejected' ? [] : [tellAsDeployment(dependencies, order, { place, words })]),
    ...(request === undefined || entry.event === 'deployed' || entry.event === 'rejected'
      ? []
      : [tellRequest(dependencies, { gitops, number: request }, { text: endText(order, words), weight })]),
  ]);
  return weight === 'last' && told.includes('pending') ? { ...outcome, untold: true } : outcome;
}

/** Tells whether the forge has yet to take what was told of a record. */
export function isUntold({ untold }: RecordOutcome): boolean {
  return untold === true;
}

type EntryWords = Pick<StatusWords, 'state' | 'description'>;

function entryWords(entry: RecordEntry): EntryWords | undefined {
  const { event, request, clusters, leftOut, reason = '' } = entry;
  const healthy = clusters === undefined ? '' : `, ${healthyWords({ ...clusters, leftOut })}`;
  const who = nameOf(entry);
  switch (event) {
    case 'deployed':
      return {
        state: 'pending',
        description: `${request === undefined ? 'nothing to change' : `#${request} is merged`}, rolling out`,
      };
    case 'promoted':
      return { state: 'success', description: `promoted${healthy}` };
    case 'configured':
      return { state: 'success', description: `configured${healthy}` };
    case 'rolled back':
      return { state: 'success', description: `rolled back to this${healthy}. ${reason}` };
    case 'accepted':
      return { state: 'success', description: `accepted by ${who}${healthy}. ${reason}` };
    case 'given up':
      return { state: 'error', description: `given up${healthy}. ${reason}` };
    case 'rejected':
      return { state: 'error', description: `rejected by ${who}. ${reason}` };
    default:
      return undefined;
  }
}

function nameOf({ by, byForge }: RecordEntry): string {
  if (by === undefined) return 'a person';
  return byForge ? by : asGiven(by);
}

function tellAsDeployment(
  dependencies: ReportingDependencies,
  { entry, commit }: RecordOrder,
  { place, words }: { readonly place: ReportPlace; readonly words: EntryWords },
): Promise<Taken> {
  const as = entry.request === undefined ? commit : `#${entry.request}`;
  if (as === undefined) return Promise.resolve(undefined);
  const state = words.state === 'pending' ? 'in_progress' : words.state;
  const logUrl = entry.workflow === undefined ? undefined : dependencies.workflowUrl?.(entry.workflow);
  return tellDeployment(dependencies, { ...place, as, logUrl }, { state, description: words.description });
}

function endText({ environment, entry }: RecordOrder, { description }: EntryWords): string {
  const by = entry.by === undefined ? [] : [`By ${markdownText(nameOf(entry))}.`];
  return [`**${markdownText(environment)}**: ${markdownText(description)}`, ...by].join('\n\n');
}
