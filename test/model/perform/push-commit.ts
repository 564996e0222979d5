import type { Sequence } from '../sequence/sequence.ts';

/** A commit that a person pushes. */
export interface PersonCommit {
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
}

/** Lets a person commit files on top of a branch; undefined where somebody else was faster, and they let it be. */
export function pushCommit({ world }: Sequence, branch: string, { files, message }: PersonCommit): string | undefined {
  const { gitops } = world;
  const parent = gitops.ref(`refs/heads/${branch}`);
  if (parent === undefined) return undefined;
  const before = [...gitops.files(parent)].map(([path, { oid }]) => [path, gitops.blob(oid).toString('utf8')] as const);
  const commit = gitops.writeCommit({
    tree: gitops.writeTree(new Map([...before, ...files])),
    parents: [parent],
    message,
    person: 'Hannah',
    seconds: Math.floor(Date.now() / 1000),
  });
  return gitops.moveRef(`refs/heads/${branch}`, parent, commit) ? commit : undefined;
}
