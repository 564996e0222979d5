import type { Sequence } from '../sequence/sequence.ts';

/** A person commits files on top of a branch; undefined: somebody else was faster, and they let it be. */
export function pushed(
  { world }: Sequence,
  branch: string,
  files: ReadonlyMap<string, string>,
  message: string,
): string | undefined {
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
