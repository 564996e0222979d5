import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a new directory below the system's temporary one; `remove` it when the test is done. */
export function temporaryDirectory(purpose = 'test'): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `fairlead-${purpose}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

const person = { name: 'Ada Lovelace', email: 'ada@example.org' };

/** Variables that keep the developer's own configuration of git away, with one author. */
export const gitTestEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: tmpdir(),
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: person.name,
  GIT_AUTHOR_EMAIL: person.email,
  GIT_COMMITTER_NAME: person.name,
  GIT_COMMITTER_EMAIL: person.email,
};

/** Runs git in a directory, and answers its output, trimmed at the end. Throws git's words when it fails. */
export function git(
  directory: string,
  args: readonly string[],
  options: { readonly input?: string | Buffer; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    cwd: directory,
    env: { ...gitTestEnvironment, ...options.env },
    input: options.input ?? '',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`git ${args.join(' ')} in ${directory}: ${stderr}`);
  return stdout.toString('utf8').trimEnd();
}

/** The content of a file; `null` removes it; an object also says the mode. */
export type FileChange =
  | string
  | Buffer
  | null
  | { readonly mode: '100644' | '100755' | '120000' | '160000'; readonly content: string };

export interface CommitOptions {
  readonly message?: string;
  /** The time, in ISO 8601. Default: the same moment for all, so that ids repeat. */
  readonly date?: string;
}

/** A bare repository on disk that stands for a remote; commits are made without a work tree. */
export interface TestRepository {
  readonly path: string;
  /**
   * Commits changes on top of a branch, and answers the id. Makes the branch, without history, when it is not there.
   */
  commit(branch: string, changes: Readonly<Record<string, FileChange>>, options?: CommitOptions): string;
  head(branch: string): string | undefined;
  /** Creates or moves a branch. */
  setBranch(branch: string, sha: string): void;
  deleteBranch(branch: string): void;
  git(args: readonly string[], input?: string | Buffer): string;
}

/** Makes a bare repository at `path` that allows what a forge does: to fetch any commit by its id. */
export function createTestRepository(path: string): TestRepository {
  mkdirSync(path, { recursive: true });
  const run = (args: readonly string[], input?: string | Buffer) => git(path, args, { input });
  run(['init', '--quiet', '--bare', '--template=', '--initial-branch=main']);
  mkdirSync(join(path, 'hooks'), { recursive: true });
  // Written and read without git where that is simple: each of its processes costs more than the file does.
  appendFileSync(
    join(path, 'config'),
    '[uploadpack]\n\tallowAnySHA1InWant = true\n[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n',
  );
  const head = (branch: string) => {
    const loose = join(path, 'refs/heads', branch);
    if (existsSync(loose) && lstatSync(loose).isFile()) return readFileSync(loose, 'utf8').trim();
    if (!existsSync(join(path, 'packed-refs'))) return undefined;
    return run(['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]) || undefined;
  };
  return {
    path,
    git: run,
    head,
    setBranch: (branch, sha) => void run(['update-ref', `refs/heads/${branch}`, sha]),
    deleteBranch: (branch) => void run(['update-ref', '-d', `refs/heads/${branch}`]),
    commit(branch, changes, options = {}) {
      run(['fast-import', '--quiet', '--done'], importStream({ branch, parent: head(branch) }, changes, options));
      return head(branch) ?? '';
    },
  };
}

function importStream(
  { branch, parent }: { readonly branch: string; readonly parent: string | undefined },
  changes: Readonly<Record<string, FileChange>>,
  { message = 'Change', date = '2024-01-02T03:04:05Z' }: CommitOptions,
): Buffer {
  const who = `${person.name} <${person.email}> ${Date.parse(date) / 1000} +0000`;
  const data = (content: string | Buffer) => [`data ${Buffer.byteLength(content)}\n`, content, '\n'];
  const files = Object.entries(changes).flatMap(([path, change]) => {
    if (change === null) return [`D ${JSON.stringify(path)}\n`];
    const { mode, content } =
      typeof change === 'string' || Buffer.isBuffer(change) ? { mode: '100644', content: change } : change;
    if (mode === '160000') return [`M 160000 ${content} ${JSON.stringify(path)}\n`];
    return [`M ${mode} inline ${JSON.stringify(path)}\n`, ...data(content)];
  });
  const start = [`commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\n`, ...data(`${message}\n`)];
  const from = parent === undefined ? [] : [`from ${parent}\n`];
  return Buffer.concat([...start, ...from, ...files, '\ndone\n'].map((part) => Buffer.from(part)));
}
