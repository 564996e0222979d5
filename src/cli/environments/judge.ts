import { Failure } from '../../failure.ts';
import { type Deployed, deployedAt } from '../../gitops/deployed.ts';
import { provenanceAt } from '../../gitops/gitops-branch.ts';
import type { Revision } from '../../operation/status.ts';
import type { RecordedEntry } from '../../record/entry.ts';
import { deployments } from '../../record/queries.ts';
import type { EnvironmentRecord, IgnoredNote } from './record.ts';

/** Tells which entries of a record count. Each is checked once, and only when it is asked about. */
export interface Judge {
  /** Answers the first of these entries that counts; undefined: none does. */
  findNewest<T extends RecordedEntry>(entries: readonly T[]): Promise<T | undefined>;
  /** Lists the entries that were asked about and do not count, newest first. */
  ignored(): readonly IgnoredNote[];
}

/** The environment against which entries are checked. */
export interface JudgedEnvironment {
  readonly dependencies: Parameters<typeof deployedAt>[0];
  readonly where: Parameters<typeof deployedAt>[1];
  readonly record: EnvironmentRecord;
  readonly deployed: Deployed | undefined;
}

/** Makes the judge of one environment's record. */
export function createJudge(judged: JudgedEnvironment): Judge {
  const doubts = new Map<RecordedEntry, Promise<string | undefined>>();
  const ignored = new Map<RecordedEntry, IgnoredNote>();
  const doubtOnce = (entry: RecordedEntry) => {
    const known = doubts.get(entry);
    if (known) return known;
    const doubt = findDoubt(judged, entry).then((why) => {
      if (why !== undefined) ignored.set(entry, { commit: entry.commit, entry, why });
      return why;
    });
    doubts.set(entry, doubt);
    return doubt;
  };
  return {
    async findNewest(entries) {
      for (const entry of entries) if ((await doubtOnce(entry)) === undefined) return entry;
      return undefined;
    },
    ignored: () =>
      judged.record.entries.flatMap((entry) => {
        const note = ignored.get(entry);
        return note ? [note] : [];
      }),
  };
}

/** Says why an entry does not count; undefined: it does. */
async function findDoubt(judged: JudgedEnvironment, entry: RecordedEntry): Promise<string | undefined> {
  const objection = await judged.record.findObjection(entry);
  if (objection !== undefined) return objection;
  const [named] = deployments([entry]);
  if (named === undefined || (await namesDeployedPair(judged, named))) return undefined;
  return 'what it names was not deployed there';
}

/** Tells whether a pair was on the branch at the entry's commit: the provenance names it, or it renders to the same. */
async function namesDeployedPair(
  { dependencies, where, record, deployed }: JudgedEnvironment,
  entry: RecordedEntry & Revision,
): Promise<boolean> {
  if (deployed && isSamePair(entry, deployed.revision)) return true;
  const provenance = await provenanceAt(record.gitops, entry.commit).catch(ignoreDamage);
  if (provenance && isSamePair(entry, provenance.revision)) return true;
  const alone = { entries: [entry], unproven: [] };
  const there = await deployedAt(dependencies, where, { head: entry.commit, record: alone });
  return there?.record !== undefined;
}

function ignoreDamage(error: unknown): undefined {
  if (error instanceof Failure && error.type === 'InvalidInput') return undefined;
  throw error;
}

function isSamePair(a: Revision, b: Revision): boolean {
  return a.main === b.main && a.config === b.config;
}
