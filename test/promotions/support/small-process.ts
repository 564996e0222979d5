import { vi } from 'vitest';
import type { LaunchedGit } from '../../../src/git/launcher/launched-git.ts';

/* Vitest's set-up file for whole promotions: the workers of a file's tests share the process that starts git. */
let shared: LaunchedGit | undefined;
vi.mock('../../../src/git/launcher/launched-git.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../../src/git/launcher/launched-git.ts')>();
  const createLaunchedGit = () => {
    shared ??= original.createLaunchedGit();
    return { run: shared.run, close: () => undefined };
  };
  return { ...original, createLaunchedGit };
});
