import { Failure } from '../../failure.ts';
import type { Sha } from '../../git/repository.ts';
import { readRecord } from '../../gitops/record/read-record.ts';
import type { RecordedEntry } from '../../record/entry.ts';
import { type DeploymentEntry, deployments, isRollback } from '../../record/queries.ts';
import { loadSettings } from '../../settings/settings.ts';
import type { Io } from '../io.ts';
import { openRepositories } from '../repositories.ts';
import { type Policy, readSource, type SourceNow } from './source.ts';

/** The time, in milliseconds, that the repositories may take. After that nothing is said of what they hold. */
const readTimeoutMs = 15_000;

/** An environment that went back, and the entry that says what is deployed there since. */
export interface TakenBack {
  readonly environment: string;
  readonly now: DeploymentEntry;
}

/**
 * Lists the environments in which a main commit was deployed, and an older one is deployed by the record now. It is
 * empty where the repositories cannot be read from here. Nobody has checked the record.
 */
export function takenBackSince(source: string, commit: Sha, io: Io): Promise<readonly TakenBack[]> {
  return readIfPossible(source, io, async (record, { repository }) => {
    const all = deployments(record);
    const [now] = all;
    if (now === undefined || now.main === commit || !all.some(({ main }) => main === commit)) return undefined;
    return (await repository.isAncestor(now.main, commit)) ? now : undefined;
  });
}

/** Finds the rollback that is still deployed in an environment; undefined also where nothing can be read from here. */
export async function standingRollback(source: string, environment: string, io: Io): Promise<TakenBack | undefined> {
  const found = await readIfPossible(source, io, async (record) => {
    const [now] = deployments(record);
    return deployments(record).find((entry) => isRollback(entry) && entry.main === now?.main);
  });
  return found.find((each) => each.environment === environment);
}

/** Answers for each environment what `find` answers for its record, newest entry first. */
async function readIfPossible(
  url: string,
  io: Io,
  find: (record: readonly RecordedEntry[], source: SourceNow) => Promise<DeploymentEntry | undefined>,
): Promise<readonly TakenBack[]> {
  const signal = AbortSignal.timeout(readTimeoutMs);
  try {
    const opened = openRepositories(await loadSettings(io.env), io);
    const repositories = { open: (each: string) => opened.open(each, signal) };
    const source = await readSource(repositories.open(url));
    const policies = [...source.policies.values()].filter((policy): policy is Policy => !(policy instanceof Failure));
    const found = await Promise.all(
      policies.map(async ({ name: environment, gitops }) => {
        const { entries } = await readRecord({ repositories }, { source: url, gitops });
        const now = await find(entries, source);
        return now === undefined ? [] : [{ environment, now }];
      }),
    );
    return found.flat();
  } catch (error) {
    if (error instanceof Failure || signal.aborted) return [];
    throw error;
  }
}
