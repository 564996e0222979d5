import type { Git } from '../process/commands.ts';

/** The name of the main branch where a remote does not say another. */
export const usualMainBranch = 'main';

const clonedHead = { ref: 'refs/remotes/origin/HEAD', branches: 'refs/remotes/origin/' } as const;
const branchPrefix = 'refs/heads/';

/**
 * Asks the remote which branch is its main branch: the one that its HEAD names. The HEAD of a clone on this machine is
 * whatever somebody works on: there it is the one that the clone's own `origin` names, else `main` where that is there.
 * Answers `main` where none of them says anything (an empty repository, a detached HEAD).
 */
export async function askMainBranch({ url, remote }: Git): Promise<string> {
  const usual = `${branchPrefix}${usualMainBranch}`;
  const asked = url.kind === 'local' ? ['HEAD', clonedHead.ref, usual] : ['HEAD'];
  const { stdout } = await remote(['ls-remote', '--quiet', '--symref', url.href, ...asked]);
  const lines = stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'));
  const refTarget = (name: string) =>
    lines.find(([value = '', ref]) => ref === name && value.startsWith('ref: '))?.[0]?.slice('ref: '.length);
  const named = branchIn(refTarget('HEAD'), branchPrefix) ?? usualMainBranch;
  if (url.kind !== 'local') return named;
  const hasUsual = lines.some(([, ref]) => ref === usual);
  return branchIn(refTarget(clonedHead.ref), clonedHead.branches) ?? (hasUsual ? usualMainBranch : named);
}

function branchIn(ref: string | undefined, prefix: string): string | undefined {
  return ref?.startsWith(prefix) ? ref.slice(prefix.length) : undefined;
}
