import { isSha } from '../names.ts';
import type { Git } from '../process/commands.ts';
import type { RefHeads } from './remote-memory.ts';

/** The name of the main branch where a remote does not say another. */
export const usualMainBranch = 'main';

const clonedHead = { ref: 'refs/remotes/origin/HEAD', branches: 'refs/remotes/origin/' } as const;
const branchPrefix = 'refs/heads/';

/** The main branch of a remote, and where the refs were that were asked for with it, by full name. */
interface MainBranch {
  readonly name: string;
  readonly heads: RefHeads;
}

/**
 * Asks the remote which branch is its main branch: the one that its HEAD names. The HEAD of a clone on this machine is
 * whatever somebody works on: there it is the one that the clone's own `origin` names, else `main` where that is there.
 * Answers `main` where none of them says anything (an empty repository, a detached HEAD). The same connection says where the main branch
 * and the refs of `also` are, as far as they are known by name.
 */
export async function askMainBranch({ url, remote }: Git, also: readonly string[]): Promise<MainBranch> {
  const usual = `${branchPrefix}${usualMainBranch}`;
  const own = url.kind === 'local' ? ['HEAD', clonedHead.ref] : ['HEAD'];
  const refs = [...new Set([usual, ...also])];
  const { stdout } = await remote(['ls-remote', '--quiet', '--symref', url.href, ...own, ...refs]);
  const lines = stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'));
  const refTarget = (name: string) =>
    lines.find(([value = '', ref]) => ref === name && value.startsWith('ref: '))?.[0]?.slice('ref: '.length);
  const headOf = (name: string) => lines.find(([value = '', ref]) => ref === name && isSha(value))?.[0];
  const target = refTarget('HEAD');
  const heads = new Map(refs.map((ref) => [ref, headOf(ref)]));
  if (target !== undefined) heads.set(target, headOf('HEAD'));
  const named = branchIn(target, branchPrefix) ?? usualMainBranch;
  if (url.kind !== 'local') return { name: named, heads };
  const cloned = branchIn(refTarget(clonedHead.ref), clonedHead.branches);
  return { name: cloned ?? (heads.get(usual) === undefined ? named : usualMainBranch), heads };
}

function branchIn(ref: string | undefined, prefix: string): string | undefined {
  return ref?.startsWith(prefix) ? ref.slice(prefix.length) : undefined;
}
