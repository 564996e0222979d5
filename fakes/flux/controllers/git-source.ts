import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** The files of a commit: content by path. */
export type Files = ReadonlyMap<string, string>;

export interface GitSource {
  /** Fetches all branches; those who ask while a fetch is about to begin share it. Throws with git's message. */
  fetch(): Promise<void>;
  head(branch: string): Promise<string | undefined>;
  files(commit: string): Promise<Files>;
}

const KEPT = 8;

/** Options without git's own cleaning up, which would be two processes more each time. */
const fetchOptions = ['--quiet', '--prune', '--no-auto-maintenance', '--no-write-fetch-head'];

type Git = (args: readonly string[], input?: string) => Promise<Buffer>;

/**
 * A bare repository in the directory that follows a URL with git itself. The token goes into git's environment
 * only; the signal ends children.
 */
export function createGitSource(
  url: string,
  directory: string,
  { token, signal }: { readonly token: string | undefined; readonly signal: AbortSignal },
): GitSource {
  const bare = join(directory, encodeURIComponent(url).replaceAll('%', '_'));
  const env = environment(token);
  const git: Git = async (args, input) => {
    const stdin = input === undefined ? ({ stdin: 'ignore' } as const) : { input };
    const options = { env, extendEnv: true, stripFinalNewline: false, encoding: 'buffer', signal } as const;
    const { failed, stdout, stderr } = await execa('git', args, { ...options, ...stdin, reject: false });
    if (failed) throw new Error(Buffer.from(stderr).toString('utf8').trim() || `git ${args.at(2)} failed`);
    return Buffer.from(stdout);
  };
  const trees = new Map<string, Promise<Files>>();
  let initialised: Promise<unknown> | undefined;
  let waiting: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const fetchNow = async () => {
    initialised ??= git(['init', '--quiet', '--bare', '--template=', bare]);
    await initialised;
    await git(['-C', bare, 'fetch', ...fetchOptions, url, '+refs/heads/*:refs/heads/*']);
  };

  return {
    fetch() {
      waiting ??= last.then(() => {
        waiting = undefined;
        return fetchNow();
      });
      const mine = waiting;
      last = mine.catch(() => undefined);
      return mine;
    },
    async head(branch) {
      // Nothing packs the branches of a mirror that is never cleaned up: each is a file.
      const file = join(bare, 'refs', 'heads', branch);
      return readFile(file, 'utf8').then((text) => text.trim(), nothingIfMissing);
    },
    files(commit) {
      const known = trees.get(commit) ?? readTree(git, bare, commit);
      trees.delete(commit);
      trees.set(commit, known);
      known.catch(() => trees.delete(commit));
      for (const oldest of [...trees.keys()].slice(0, -KEPT)) trees.delete(oldest);
      return known;
    },
  };
}

async function readTree(git: Git, bare: string, commit: string): Promise<Files> {
  const listing = await git(['-C', bare, 'ls-tree', '-r', '-z', '--full-tree', commit]);
  const entries = listing
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const [, oid, path] = /^100\d{3} blob (\w+)\t(.*\.ya?ml)$/s.exec(line) ?? [];
      return oid !== undefined && path !== undefined ? [{ oid, path }] : [];
    });
  const batch = await git(['-C', bare, 'cat-file', '--batch'], entries.map(({ oid }) => `${oid}\n`).join(''));
  const files = new Map<string, string>();
  let offset = 0;
  for (const { path } of entries) {
    const start = batch.indexOf(10, offset) + 1;
    const size = Number(batch.subarray(offset, start).toString('utf8').split(' ')[2]);
    files.set(path, batch.subarray(start, start + size).toString('utf8'));
    offset = start + size + 1;
  }
  return files;
}

function nothingIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined;
  throw error;
}

function environment(token: string | undefined): Record<string, string> {
  const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  if (token === undefined) return quiet;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    ...quiet,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}
