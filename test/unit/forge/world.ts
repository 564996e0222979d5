import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Forge } from '../../../src/forge/port.ts';
import type { Sha } from '../../../src/git/repository.ts';
import { createTestRepository, gitTestEnvironment, type TestRepository } from '../../support/git.ts';

/** One empty repository on some forge, our account and a person's. What the statements about every forge need. */
export interface ForgeWorld {
  /** As our account. */
  readonly forge: Forge;
  /** For git, as our account. */
  readonly remote: Remote;
  /** What the forge calls our account, and the person. */
  readonly names: { readonly ours: string; readonly person: string };
  /** What a person does on the forge. */
  readonly person: {
    merge(number: number, method: 'merge' | 'squash'): Promise<Sha>;
    close(number: number): Promise<void>;
  };
  /** Bodies, oldest first. */
  comments(number: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Remote {
  readonly url: string;
  readonly token: string;
}

/** Commits are made in a local repository and pushed as a worker would push them. */
export interface Workbench {
  readonly local: TestRepository;
  push(...refspecs: readonly string[]): Promise<void>;
  fetch(...refspecs: readonly string[]): Promise<void>;
}

const run = promisify(execFile);

/** Asynchronous, because the other side may live in this very process. */
export function createWorkbench(directory: string, remote: Remote): Workbench {
  const local = createTestRepository(directory);
  const authorization = Buffer.from(`x-access-token:${remote.token}`).toString('base64');
  const env = {
    ...gitTestEnvironment,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${authorization}`,
  };
  return {
    local,
    async push(...refspecs) {
      await run('git', ['push', '--quiet', '--force', remote.url, ...refspecs], { cwd: directory, env });
    },
    async fetch(...refspecs) {
      await run('git', ['fetch', '--quiet', remote.url, ...refspecs], { cwd: directory, env });
    },
  };
}
