import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '../../fakes/github/git/run.ts';
import { startForge } from '../../fakes/github/start.ts';
import { sandboxOwner } from '../../src/cli/dev/sandbox-address.ts';
import { Failure } from '../../src/failure.ts';
import type { LocalRepository } from './repositories.ts';

/** The forge of the sandbox while it runs. */
export interface SandboxForge {
  readonly url: string;
  readonly host: string;
  readonly apiUrl: string;
  /** Answers the URL of a repository by its name. */
  urlOf(name: string): string;
  /** Answers the git directory of what a URL names; undefined: it is on another forge. It is made if it is not there. */
  openRepository(url: string): Promise<string | undefined>;
  /** Ends it, and writes down what is on it. */
  close(): Promise<void>;
}

interface ForgeStart {
  readonly directory: string;
  readonly port: number;
  readonly token: string;
  readonly repositories: readonly LocalRepository[];
}

/** One owner has all repositories, so that a source may name every one of them. */
const owner = sandboxOwner;
/** The time between two looks whether there is something to write down, in milliseconds. */
const saveEveryMs = 500;

/** Starts the forge with what an earlier one has written down. Throws `Failure` Refused where the port is taken. */
export async function openSandboxForge({ directory, port, token, repositories }: ForgeStart): Promise<SandboxForge> {
  const file = join(directory, 'forge.json');
  const saved = await readFile(file, 'utf8').catch(nothingIfMissing);
  const made = join(directory, 'repositories');
  const forge = await startForge({ directory: made, port, token, saved }).catch((error: unknown) => {
    throw portTaken(error, port);
  });
  const gitDirectories = new Map(repositories.map(({ name, gitDirectory }) => [name, gitDirectory]));
  for (const [name, gitDirectory] of gitDirectories) forge.serveRepository(owner, name, gitDirectory);
  const journal = createJournal(file, saved, () => forge.save());
  const urlOf = (name: string) => `${forge.url}/${owner}/${name}`;
  return {
    url: forge.url,
    host: forge.host,
    apiUrl: forge.apiUrl,
    urlOf,
    async openRepository(url) {
      const [, name = ''] = url.split(`${forge.url}/${owner}/`);
      if (!/^[\w.-]+$/.test(name)) return undefined;
      const short = name.replace(/\.git$/, '');
      const known = gitDirectories.get(short) ?? (await repositoryIn(forge, made, short));
      gitDirectories.set(short, known);
      return known;
    },
    async close() {
      await journal.stop();
      await forge.close();
    },
  };
}

/** Makes an empty repository, or serves the one that an earlier sandbox has made. */
async function repositoryIn(
  forge: Awaited<ReturnType<typeof startForge>>,
  made: string,
  name: string,
): Promise<string> {
  const directory = join(made, owner, `${name}.git`);
  if ((await stat(directory).catch(nothingIfMissing)) === undefined) await forge.createRepository(owner, name);
  else forge.serveRepository(owner, name, directory);
  return directory;
}

/** Answers the head of a branch; a branch that is not there begins with a commit without files. */
export async function beginBranch(gitDirectory: string, branch: string): Promise<'begun' | 'there'> {
  const there = await git(gitDirectory, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]);
  if (there !== '') return 'there';
  const tree = await git(gitDirectory, ['hash-object', '-w', '-t', 'tree', '/dev/null']);
  const person = { NAME: 'Fairlead sandbox', EMAIL: 'sandbox@fairlead.dev' };
  const env = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(person).map(([part, text]) => [`GIT_${role}_${part}`, text]),
    ),
  );
  const commit = await git(gitDirectory, ['commit-tree', '-m', `Begin ${branch}`, tree], env);
  await git(gitDirectory, ['update-ref', `refs/heads/${branch}`, commit]);
  return 'begun';
}

/** Writes what changes to a file, whole or not at all. */
function createJournal(file: string, first: string | undefined, read: () => string) {
  let written = first;
  let writing = Promise.resolve();
  const save = () => {
    const now = read();
    if (now === written) return writing;
    written = now;
    writing = writing.then(async () => {
      await writeFile(`${file}.new`, now, { mode: 0o600 });
      await rename(`${file}.new`, file);
    });
    return writing;
  };
  const timer = setInterval(() => void save(), saveEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await save();
    },
  };
}

function portTaken(error: unknown, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new Failure(
    'Refused',
    `The sandbox's forge had port ${port}, which is in the URLs of its repositories, and another process has it now. End that, or begin anew with another directory: --state DIR.`,
    { cause: error },
  );
}

function nothingIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
