import { checkRef, isSha } from '../names.ts';
import type { Git } from '../process/commands.ts';
import type { Sha } from '../repository.ts';

/** Names a branch in full. Throws `Failure` `InvalidInput` for what cannot be one. */
export function branchRef(branch: string): string {
  return `refs/heads/${checkRef(branch)}`;
}

/** Names a notes ref in full. Throws `Failure` `InvalidInput` for what cannot be one. */
export function notesRef(name: string): string {
  return `refs/notes/${checkRef(name)}`;
}

/** Asks the remote for exactly these full ref names, with one connection; those it lacks are left out. */
export async function remoteRefs(git: Git, names: readonly string[]): Promise<ReadonlyMap<string, Sha>> {
  if (names.length === 0) return new Map();
  const all = await listRemote(git, names);
  return new Map(names.flatMap((name) => (all.has(name) ? [[name, all.get(name) ?? ''] as const] : [])));
}

/** Lists the remote's refs by name, each with its object id. `name^{}` holds what an annotated tag points to. */
export async function listRemote(git: Git, args: readonly string[]): Promise<ReadonlyMap<string, Sha>> {
  const options = args.filter((arg) => arg.startsWith('--'));
  const patterns = args.filter((arg) => !arg.startsWith('--'));
  const { stdout } = await git.remote(['ls-remote', '--quiet', ...options, git.url.href, ...patterns]);
  const lines = stdout.toString('utf8').split('\n').filter(Boolean);
  return new Map(
    lines.flatMap((line) => {
      const [sha = '', name = ''] = line.split('\t');
      return isSha(sha) ? [[name, sha] as const] : [];
    }),
  );
}
