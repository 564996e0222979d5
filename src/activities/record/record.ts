import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { Notes } from '../../git/repository.ts';
import { gitopsHead } from '../../gitops/gitops-branch.ts';
import { formerTarget, joinRecords, placeOf } from '../../gitops/record/read-record.ts';
import { type RecordSigner, recordSigner } from '../../gitops/record/record-signer.ts';
import { checkWritten } from '../../platform/repository/allowed-repositories.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import { isHoldLine, type RecordEntry, type RecordedEntry, recordName } from '../../record/entry.ts';
import { parseEntries, printEntry } from '../../record/lines.ts';
import { holdLines } from '../../record/missing-holds.ts';
import { isRecorded } from '../../record/queries.ts';
import { type LinePlace, signLine } from '../../record/signing/signature.ts';
import { lineTrust } from '../../record/signing/trust.ts';
import type { RecordOrder, RecordOutcome } from './contract.ts';
import { labelRequest } from './request-labels.ts';

/**
 * Adds entries to the record of an environment, and labels the last one's request. Done twice, it changes nothing more. That it is
 * `deployed` is as true by the merge alone, so that this label goes beside the record; any other says what only the record proves.
 */
export async function record(
  dependencies: RecordingDependencies & Pick<Dependencies, 'forges' | 'outbox'>,
  order: RecordOrder,
): Promise<RecordOutcome> {
  if (order.entry.event !== 'deployed') {
    await appendEntries(dependencies, order);
    return { unlabelled: await labelRequest(dependencies, order) };
  }
  const [unlabelled] = await Promise.all([labelRequest(dependencies, order), appendEntries(dependencies, order)]);
  return { unlabelled };
}

type RecordingDependencies = Pick<Dependencies, 'repositories' | 'signingKey' | 'proofs' | 'allowed'>;

/**
 * Adds the entries that are not there, signed where the worker has a key. Throws `Failure` Refused beside what a newer
 * Fairlead wrote, InvalidConfig where the platform would not count them.
 */
async function appendEntries(dependencies: RecordingDependencies, order: RecordOrder): Promise<void> {
  const { source, gitops, entry: last, earlier = [] } = order;
  // A lane is started with any place; what an operation says is of a place that its own steps have written to.
  if (source !== undefined && last.workflow === undefined) checkWritten({ source, gitops }, dependencies.allowed);
  const repository = dependencies.repositories.open(gitops.repository);
  const signer = await signerFor(dependencies, order);
  const former = formerTarget(gitops);
  // Nobody adds to what was recorded under the former name.
  const before = former && (await repository.notes(recordName(former.branch)));
  const commit = order.commit ?? (await gitopsHead(repository, gitops));
  const addition = (notes: Notes) => {
    // Nothing is added beside what a newer Fairlead wrote.
    const parse = ({ lines }: Notes, place: GitopsTarget) =>
      parseEntries(lines, lineTrust(signer.keys, placeOf(place), dependencies.proofs));
    const read = joinRecords(parse(notes, gitops), former && before && parse(before, former));
    const { entries } = read;
    const counting = signer.isEnforced ? entries : [...entries, ...read.unproven];
    const missing = [...earlier, last].filter(
      (entry) => !isWritten(counting, order, entry) && !isRecorded(counting, { ...entry, commit }),
    );
    const line = linePrinter(signer, { ...placeOf(gitops), commit }, holdLines(entries));
    return missing.map((entry) => ({ commit, line: line(entry) }));
  };
  await repository.appendNotes(recordName(gitops.branch), addition, {
    ...repository.identity.author,
    date: last.time,
  });
}

/**
 * Answers what the entry is signed with. Nobody tells a lane to retry: what it could not record is tried again until a
 * person has mended it, while an operation needs attention at once.
 */
async function signerFor(dependencies: RecordingDependencies, { source, entry }: RecordOrder): Promise<RecordSigner> {
  try {
    return await recordSigner(dependencies, source, 'recently');
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable || entry.workflow !== undefined) throw error;
    throw new Failure('Unavailable', `${error.message} It is tried again by itself.`, {
      cause: error,
      isOfWorker: error.isOfWorker,
    });
  }
}

/** Tells whether the very entry is there. The head may have moved since a first attempt, whose answer was lost. */
function isWritten(entries: readonly RecordedEntry[], { commit }: RecordOrder, entry: RecordEntry): boolean {
  const line = printEntry(entry);
  return entries.some((other) => (commit ?? other.commit) === other.commit && printEntry(other) === line);
}

/**
 * Makes what prints one line after the other. A hold line has the next number of them, every other one remembers the
 * last. `holds`: the number of the last one that is there.
 */
function linePrinter({ key }: RecordSigner, place: LinePlace, holds: number): (entry: RecordEntry) => string {
  let last = holds;
  return (entry) => {
    if (key === undefined) return printEntry(entry);
    if (isHoldLine(entry)) last += 1;
    return signLine(key, place, printEntry(entry, last === 0 ? undefined : last));
  };
}
