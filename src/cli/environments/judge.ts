import { Failure } from '../../failure.ts';
import { type Deployed, deployedAt } from '../../gitops/deployed.ts';
import { provenanceAt } from '../../gitops/gitops-branch.ts';
import type { Revision } from '../../operation/status.ts';
import type { RecordedEntry } from '../../record/entry.ts';
import { printEntry } from '../../record/lines.ts';
import { deployments } from '../../record/queries.ts';
import type { EnvironmentRecord, IgnoredNote } from './record.ts';

/** Tells which entries of a record count; each is checked once, and only when it is asked about. */
export interface Judge {
  /** The first of these that counts. */
  newest<T extends RecordedEntry>(entries: readonly T[]): Promise<T | undefined>;
  /** Those that were asked about and do not count, newest first. */
  ignored(): readonly IgnoredNote[];
}

export interface Judged {
  readonly dependencies: Parameters<typeof deployedAt>[0];
  readonly where: Parameters<typeof deployedAt>[1];
  readonly record: EnvironmentRecord;
  readonly deployed: Deployed | undefined;
}

export function createJudge(judged: Judged): Judge {
  const verdicts = new Map<RecordedEntry, Promise<string | undefined>>();
  const ignored = new Map<RecordedEntry, IgnoredNote>();
  const verdict = (entry: RecordedEntry) => {
    const known = verdicts.get(entry);
    if (known) return known;
    const asked = doubtOf(judged, entry).then((why) => {
      if (why !== undefined) ignored.set(entry, { commit: entry.commit, entry, why });
      return why;
    });
    verdicts.set(entry, asked);
    return asked;
  };
  return {
    async newest(entries) {
      for (const entry of entries) if ((await verdict(entry)) === undefined) return entry;
      return undefined;
    },
    ignored: () =>
      judged.record.entries.flatMap((entry) => {
        const note = ignored.get(entry);
        return note ? [note] : [];
      }),
  };
}

async function doubtOf(judged: Judged, entry: RecordedEntry): Promise<string | undefined> {
  const objection = await judged.record.objection(entry);
  if (objection !== undefined) return objection;
  const [named] = deployments([entry]);
  if (named === undefined || (await wasThere(judged, named))) return undefined;
  return 'what it names was not deployed there';
}

/** A pair was on the branch at a commit where its provenance names it, or where it renders to the same. */
async function wasThere(
  { dependencies, where, record, deployed }: Judged,
  entry: RecordedEntry & Revision,
): Promise<boolean> {
  if (deployed && isPair(entry, deployed.revision)) return true;
  const provenance = await provenanceAt(record.gitops, entry.commit).catch(damagedIsNone);
  if (provenance && isPair(entry, provenance.revision)) return true;
  const alone = { head: record.notes.head, lines: new Map([[entry.commit, [printEntry(entry)]]]) };
  const there = await deployedAt(dependencies, where, { head: entry.commit, notes: alone });
  return there?.record !== undefined;
}

function damagedIsNone(error: unknown): undefined {
  if (error instanceof Failure && error.type === 'InvalidInput') return undefined;
  throw error;
}

function isPair(a: Revision, b: Revision): boolean {
  return a.main === b.main && a.config === b.config;
}
