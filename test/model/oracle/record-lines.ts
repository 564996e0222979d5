import type { ObjectStore } from '../git/object-store.ts';

/** A line of an environment's notes, read without the code under test. */
export interface NoteLine {
  /** The commit of the environment's branch that the line is about. */
  readonly commit: string;
  readonly time: string;
  readonly event: string;
  readonly operation?: string;
  readonly main?: string;
  readonly config?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly clusters?: { readonly total: number; readonly healthy: number };
  readonly until?: string;
  readonly configHeld?: boolean;
  readonly revert?: string;
}

/** Reads all lines, newest first; what is no entry of a record is left out. */
export function noteLines(gitops: ObjectStore, environment: string): readonly NoteLine[] {
  const head = gitops.ref(`refs/notes/fairlead/${environment}`);
  if (head === undefined) return [];
  return [...gitops.files(head)]
    .flatMap(([path, { oid }]) => {
      const commit = path.replaceAll('/', '');
      return gitops
        .blob(oid)
        .toString('utf8')
        .split('\n')
        .flatMap((line) => parsed(line).map((entry) => ({ ...entry, commit })));
    })
    .sort((a, b) => (a.time === b.time ? rank(b) - rank(a) : a.time < b.time ? 1 : -1));
}

/** Orders lines of one millisecond: what was done comes before what became of it. */
function rank({ event }: NoteLine): number {
  return event === 'deployed' ? 0 : 1;
}

function parsed(line: string): readonly Omit<NoteLine, 'commit'>[] {
  try {
    const value = JSON.parse(line) as Omit<NoteLine, 'commit'>;
    return typeof value.time === 'string' && typeof value.event === 'string' ? [value] : [];
  } catch {
    return [];
  }
}
