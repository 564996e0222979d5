import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Forge, PullRequestDraft } from '../../../src/forge/port.ts';
import type { Sha } from '../../../src/git/repository.ts';
import { createTestRepository, gitTestEnvironment, type TestRepository } from '../../support/git.ts';

/** One empty repository on some forge, our account and a person's. What the statements about every forge need. */
export interface ForgeWorld {
  /** The forge, as our account sees it. */
  readonly forge: Forge;
  /** The repository for git, as our account sees it. */
  readonly remote: Remote;
  /** What the forge calls our account, and the person. */
  readonly names: { readonly ours: string; readonly person: string };
  /** What a person does on the forge. */
  readonly person: {
    merge(number: number, method: 'merge' | 'squash' | 'rebase'): Promise<Sha>;
    close(number: number): Promise<void>;
  };
  /** Waits until the forge shows branches that were pushed; left out: it shows them at once. */
  shows?(branches: readonly string[]): Promise<void>;
  /** Bodies, oldest first. */
  comments(number: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Remote {
  readonly url: string;
  readonly token: string;
}

/** An environment's branch, and ours with one change to it. */
export interface BranchPair {
  readonly base: string;
  readonly head: string;
  readonly sha: Sha;
  readonly draft: PullRequestDraft;
}

/** Commits are made in a local repository and pushed as a worker would push them. */
export interface Workbench {
  readonly local: TestRepository;
  push(...refspecs: readonly string[]): Promise<void>;
  fetch(...refspecs: readonly string[]): Promise<void>;
  /** The next pair of branches that no other test uses, on the remote already. */
  pair(): BranchPair;
}

const run = promisify(execFile);

/** Asynchronous, because the other side may live in this very process. Brings `pairs` pairs of branches along. */
export async function createWorkbench(directory: string, remote: Remote, pairs = 0): Promise<Workbench> {
  const local = createTestRepository(directory);
  const authorization = Buffer.from(`x-access-token:${remote.token}`).toString('base64');
  const env = {
    ...gitTestEnvironment,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${authorization}`,
  };
  const remotely = async (command: string, ...args: readonly string[]) => {
    await run('git', [command, '--quiet', ...args], { cwd: directory, env });
  };
  const left = pairs === 0 ? [] : importPairs(local, pairs);
  if (pairs > 0) await remotely('push', remote.url, 'refs/heads/*:refs/heads/*');
  return {
    local,
    push: (...refspecs) => remotely('push', '--force', remote.url, ...refspecs),
    fetch: (...refspecs) => remotely('fetch', remote.url, ...refspecs),
    pair() {
      const next = left.pop();
      if (next === undefined) throw new Error(`More than ${pairs} pairs of branches are needed`);
      return next;
    },
  };
}

/** All with one process: branches are what costs time in these tests. */
function importPairs(local: TestRepository, count: number): BranchPair[] {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const file = (path: string, text: string) => `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
  const commit = (ref: string, message: string) =>
    `commit refs/heads/${ref}\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata ${message.length}\n${message}\n`;
  const stream = numbers.flatMap((number) => [
    commit(`env-${number}`, 'Start') + file('app.yaml', 'one\n') + file('other.yaml', `${number}\n`),
    `${commit(`deploy/${number}/env`, 'Render')}from refs/heads/env-${number}\n${file('app.yaml', 'two\n')}`,
  ]);
  local.git(['fast-import', '--quiet'], stream.join('\n'));
  const refs = local.git(['for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads/deploy']);
  return refs.split('\n').map((line) => {
    const [head = '', sha = ''] = line.split(' ');
    const number = head.split('/')[1];
    const base = `env-${number}`;
    const draft = {
      head: { branch: head, sha },
      base,
      title: `Promote ${number}`,
      body: 'What changes',
      label: 'promoted',
      isInBase: async () => true,
    };
    return { base, head, sha, draft };
  });
}
