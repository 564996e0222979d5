import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tryGit } from '../../fakes/github/git/run.ts';
import { Failure } from '../../src/failure.ts';

/** A repository of this machine that the sandbox serves. */
export interface LocalRepository {
  /** The name on the forge, without the owner. */
  readonly name: string;
  /** As it was found: a checkout, or a bare repository. */
  readonly directory: string;
  /** Where git keeps it: the directory itself, or its `.git`. */
  readonly gitDirectory: string;
}

/**
 * Finds the repositories that are meant: each directory that is one, else those right below it. Throws `Failure` InvalidInput
 * where there is none, where one belongs to another user, and where two have the same name.
 */
export async function findRepositories(directories: readonly string[]): Promise<readonly LocalRepository[]> {
  const found = (await Promise.all(directories.map(repositoriesIn))).flat();
  if (found.length === 0) {
    throw new Failure(
      'InvalidInput',
      `There is no git repository in ${directories.join(', ')}, nor right below. Make a platform there first (docs/tutorial.md), or name other directories: --sandbox DIR.`,
    );
  }
  for (const [index, { name, directory }] of found.entries()) {
    const other = found.slice(0, index).find((each) => each.name === name);
    if (other !== undefined)
      throw new Failure(
        'InvalidInput',
        `${other.directory} and ${directory} would both be called ${name} on the forge. Rename one of them.`,
      );
  }
  return found;
}

async function repositoriesIn(directory: string): Promise<readonly LocalRepository[]> {
  if (!(await isDirectory(directory)))
    throw new Failure('InvalidInput', `${directory} is no directory. Name one with repositories: --sandbox DIR.`);
  const itself = await repositoryAt(directory);
  if (itself !== undefined) return [itself];
  const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).sort();
  const below = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return (await isDirectory(path)) ? repositoryAt(path) : undefined;
    }),
  );
  return below.filter((each) => each !== undefined);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/** Answers the repository of which this directory is the top; undefined: it is of none, or somewhere within one. */
async function repositoryAt(directory: string): Promise<LocalRepository | undefined> {
  const args = ['rev-parse', '--path-format=absolute', '--git-common-dir', '--show-prefix'];
  const { code, stdout, stderr } = await tryGit(directory, args);
  if (/dubious ownership/.test(stderr))
    throw new Failure(
      'InvalidInput',
      `git refuses ${directory}, because it belongs to another user. Call this as that user, or make it your own: chown.`,
    );
  const [gitDirectory = '', prefix = ''] = stdout.split('\n');
  if (code !== 0 || prefix !== '') return undefined;
  return { name: basename(directory).replace(/\.git$/, ''), directory, gitDirectory };
}
