import { createGitRunner, GitFlood, GitTimeout } from '../../../src/git/process/process.ts';
import type { GitAnswer, GitQuestion } from './git-elsewhere.ts';

// A small process that runs git for a large one, with production's own runner.

type Told = (GitQuestion & { readonly id: number }) | { readonly abort: number };

const run = createGitRunner();
const running = new Map<number, AbortController>();

process.on('message', async (told: Told) => {
  if ('abort' in told) return running.get(told.abort)?.abort(new Error('it was cancelled'));
  const { id, key, command } = told;
  const control = new AbortController();
  running.set(key, control);
  const answer: GitAnswer = await run({ ...command, signal: control.signal }).then(
    (output) => ({ output }),
    (error: Error) => ({ error: written(error) }),
  );
  running.delete(key);
  process.send?.({ id, ...answer });
});
// The runner's processes end with this one, and this one with who asked for it.
process.on('disconnect', () => process.exit());

function written(error: Error & { readonly code?: string }): NonNullable<GitAnswer['error']> {
  const { message, code } = error;
  if (error instanceof GitTimeout) return { kind: 'timeout', message, limit: error.limitMs };
  if (error instanceof GitFlood) return { kind: 'flood', message, limit: error.mostBytes };
  return { kind: 'other', message, code };
}
