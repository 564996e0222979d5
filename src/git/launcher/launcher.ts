import { createGitRunner, GitFlood, GitGreed, GitTimeout } from '../process/process.ts';
import type { LaunchAbort, LaunchAnswer, LaunchError, LaunchQuestion } from './messages.ts';

// A small process that starts git for a large one: see launched-git.ts.

type Told = (LaunchQuestion & { readonly id: number }) | LaunchAbort;

const run = createGitRunner();
const running = new Map<number, AbortController>();

process.on('message', async (told: Told) => {
  if ('abort' in told) return running.get(told.abort)?.abort(new Error('it was cancelled'));
  const { id, key, command } = told;
  const control = new AbortController();
  running.set(key, control);
  const answer: LaunchAnswer = await run({ ...command, signal: control.signal }).then(
    (output) => ({ output }),
    (error: Error) => ({ error: written(error) }),
  );
  running.delete(key);
  if (process.connected) process.send?.({ id, ...answer });
});
// The runner's gits end with this process, and this one with who asked for it, who also decides when a signal to both ends them.
process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

function written(error: Error & { readonly code?: string }): LaunchError {
  const { message, code } = error;
  if (error instanceof GitTimeout) return { kind: 'timeout', message, limit: error.limitMs };
  if (error instanceof GitFlood) return { kind: 'flood', message, limit: error.mostBytes };
  if (error instanceof GitGreed) return { kind: 'greed', message, limit: error.mostMemory };
  return { kind: 'other', message, code };
}
