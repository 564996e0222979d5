import type { TestProject } from 'vitest/node';
import { startGitea } from './server/start.ts';

/** What the tests of a run share; `inject('gitea')` in a test. */
export interface SharedGitea {
  readonly url: string;
  readonly adminToken: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    gitea: SharedGitea;
  }
}

/** Starts one Gitea for the whole run, and takes it away afterwards. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, adminToken, close } = await startGitea();
  project.provide('gitea', { url, adminToken });
  return close;
}
