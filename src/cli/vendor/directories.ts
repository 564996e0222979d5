import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../failure.ts';
import type { Io } from '../io.ts';
import { type Checkout, openCheckout } from '../validate/checkout.ts';

/** A checkout, and the directories in it that a person named, as paths from its root. */
export interface NamedDirectories {
  readonly checkout: Checkout;
  readonly paths: readonly string[];
}

/**
 * Finds the checkout in which these directories lie; without any, the whole one in which the command is called. Throws
 * `Failure` InvalidInput for what is no directory, and for directories of several checkouts.
 */
export async function namedDirectories(named: readonly string[], io: Io): Promise<NamedDirectories> {
  const directories = await Promise.all(named.map((path) => directoryOf(resolve(io.cwd, path))));
  const root = await rootAbove(directories[0] ?? io.cwd);
  const checkout = await openCheckout(root ?? directories[0] ?? io.cwd, io);
  const paths = directories.map((directory) => {
    const path = relative(root ?? directories[0] ?? io.cwd, directory);
    if (path !== '..' && !path.startsWith(`..${sep}`)) return path.split(sep).join('/');
    throw new Failure(
      'InvalidInput',
      `${directory} is not in the checkout ${checkout.directory}. Call it once for each.`,
    );
  });
  return { checkout, paths: paths.length > 0 ? paths : [''] };
}

/** Answers the directory that is meant: a file of settings stands for the one that it lies in. */
async function directoryOf(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory()) return path;
  if (stats?.isFile() && basename(path) === 'helm.yaml') return dirname(path);
  throw new Failure('InvalidInput', `${path} is no directory. Name that of a base on main.`);
}

/** Finds the root of the checkout in which a directory lies; undefined: it lies in none. */
export async function rootAbove(directory: string): Promise<string | undefined> {
  for (let at = directory; ; at = dirname(at)) {
    if ((await stat(join(at, '.git')).catch(() => undefined)) !== undefined) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** Lists those of the paths that git would leave out of a commit. */
export async function ignoredPaths(checkout: Checkout, paths: readonly string[], io: Io): Promise<readonly string[]> {
  if (!checkout.isGit || paths.length === 0) return [];
  const { stdout } = await execa('git', ['check-ignore', '-z', '--stdin'], {
    cwd: checkout.directory,
    env: { PATH: io.env.PATH, HOME: io.env.HOME, LC_ALL: 'C' },
    extendEnv: false,
    input: paths.join('\0'),
    reject: false,
  });
  return stdout.split('\0').filter(Boolean);
}
