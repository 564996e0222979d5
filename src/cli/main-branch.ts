import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import type { Io } from './io.ts';
import type { Checkout } from './validate/checkout.ts';

/** The option that `mainBranchOption` adds. */
export interface MainBranchOption {
  readonly mainBranch?: string;
}

/** Adds `--main-branch`, for commands that read the platform from its main branch. */
export function addMainBranchOption(command: Command): Command {
  return command.option('--main-branch <name>', "the source's main branch (default: the one that its HEAD names)");
}

/**
 * Names the main branch of a checkout: the one that its `origin` is known to have, else `main` where that is here. Only
 * where there is neither is `origin` asked; where that fails, it is `main`.
 */
export async function mainBranchOf(checkout: Checkout, io: Io): Promise<string> {
  const cloned = await checkout.originHead();
  if (cloned !== undefined) return cloned;
  const here = await checkout.resolveCommit('refs/remotes/origin/main', 'refs/heads/main');
  if (here !== undefined || checkout.origin === undefined) return 'main';
  const { loadSettings } = await import('../settings/settings.ts');
  const { openRepositories } = await import('./repositories.ts');
  try {
    return await openRepositories(await loadSettings(io.env), io)
      .open(checkout.origin)
      .mainBranch();
  } catch (error) {
    if (error instanceof Failure) return 'main';
    throw error;
  }
}
