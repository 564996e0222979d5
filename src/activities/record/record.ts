import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { Notes } from '../../git/repository.ts';
import { gitopsHead } from '../../gitops/gitops-branch.ts';
import { placeOf } from '../../gitops/record/read-record.ts';
import { type RecordSigner, recordSigner } from '../../gitops/record/record-signer.ts';
import { botIdentity } from '../../gitops/request-branch.ts';
import { isHoldLine, type RecordedEntry, recordName } from '../../record/entry.ts';
import { parseEntries, printEntry } from '../../record/lines.ts';
import { holdLines } from '../../record/missing-holds.ts';
import { isRecorded } from '../../record/queries.ts';
import { signLine } from '../../record/signing/signature.ts';
import { lineTrust } from '../../record/signing/trust.ts';
import type { RecordOrder, RecordOutcome } from './contract.ts';
import { labelRequest } from './request-labels.ts';

/** Adds an entry to the record of an environment, and labels its request. Done twice, it changes nothing more. */
export async function record(
  dependencies: RecordingDependencies & Pick<Dependencies, 'forges'>,
  order: RecordOrder,
): Promise<RecordOutcome> {
  await appendEntry(dependencies, order);
  return { unlabelled: await labelRequest(dependencies, order) };
}

type RecordingDependencies = Pick<Dependencies, 'repositories' | 'signingKey' | 'proofs'>;

/**
 * Adds the entry, signed where the worker has a key, unless it is there. Throws `Failure` Refused beside what a newer
 * Fairlead wrote, InvalidConfig where the platform would not count it.
 */
async function appendEntry(dependencies: RecordingDependencies, order: RecordOrder): Promise<void> {
  const { gitops, entry } = order;
  const repository = dependencies.repositories.open(gitops.repository);
  const signer = await signerFor(dependencies, order);
  const commit = order.commit ?? (await gitopsHead(repository, gitops));
  const addition = (notes: Notes) => {
    // Nothing is added beside what a newer Fairlead wrote.
    const read = parseEntries(notes.lines, lineTrust(signer.keys, placeOf(gitops), dependencies.proofs));
    const { entries } = read;
    const counting = signer.isEnforced ? entries : [...entries, ...read.unproven];
    if (isWritten(counting, order) || isRecorded(counting, { ...entry, commit })) return [];
    return [{ commit, line: signedLine(signer, order, { commit, entries }) }];
  };
  await repository.appendNotes(recordName(gitops.branch), addition, { ...botIdentity, date: entry.time });
}

/**
 * Answers what the entry is signed with. Nobody tells a lane to retry: what it could not record is tried again until a
 * person has mended it, while an operation needs attention at once.
 */
async function signerFor(dependencies: RecordingDependencies, { source, entry }: RecordOrder): Promise<RecordSigner> {
  try {
    return await recordSigner(dependencies, source);
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable || entry.workflow !== undefined) throw error;
    throw new Failure('Unavailable', `${error.message} It is tried again by itself.`, {
      cause: error,
      isOfWorker: error.isOfWorker,
    });
  }
}

/** Tells whether the very entry is there. The head may have moved since a first attempt, whose answer was lost. */
function isWritten(entries: readonly RecordedEntry[], { commit, entry }: RecordOrder): boolean {
  const line = printEntry(entry);
  return entries.some((other) => (commit ?? other.commit) === other.commit && printEntry(other) === line);
}

/** Prints the line. A hold line has the next number of them, every other one remembers the last. */
function signedLine(
  { key }: RecordSigner,
  { gitops, entry }: RecordOrder,
  { commit, entries }: { readonly commit: string; readonly entries: readonly RecordedEntry[] },
): string {
  if (key === undefined) return printEntry(entry);
  const holds = holdLines(entries) + (isHoldLine(entry) ? 1 : 0);
  const line = printEntry(entry, holds === 0 ? undefined : holds);
  return signLine(key, { ...placeOf(gitops), commit }, line);
}
