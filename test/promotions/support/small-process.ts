import { vi } from 'vitest';
import { runElsewhere } from './git-elsewhere.ts';

/*
 * Vitest's set-up file for whole promotions: git is run by production's runner as ever, but in a small process. A process that
 * holds Temporal's worker has hundreds of megabytes; to fork it takes longer than git does, and nothing else goes on meanwhile.
 */
vi.mock('../../../src/git/process/process.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../../src/git/process/process.ts')>();
  return { ...original, createGitRunner: () => runElsewhere(original) };
});
