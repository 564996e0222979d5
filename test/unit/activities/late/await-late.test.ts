import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { asActivity } from '../../../../src/activities/as-activity.ts';
import { awaitLate } from '../../../../src/activities/late/await-late.ts';
import { type AwaitedCommit, Failure } from '../../../../src/failure.ts';
import type { GitRepository } from '../../../../src/git/repository.ts';
import { readLate } from '../../../../src/operation/trouble/late.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
const unknown = 'd'.repeat(40);
const began = Date.parse('2026-11-30T12:00:00.000Z');

/** Looks once, so long after the wait has begun. */
function look(
  missing: AwaitedCommit | undefined,
  { lateMs = 0, notBeforeMs = 0 } = {},
  change: (repository: GitRepository) => GitRepository = (repository) => repository,
): Promise<void> {
  const { dependencies, place } = world();
  const repositories = { open: (url: string) => change(dependencies.repositories.open(url)) };
  const intervals = { ...dependencies.intervals, commitPatienceMs: 120_000 };
  const at = (ms: number) => new Date(began + ms).toISOString();
  const order = { ...place, missing, since: at(0), notBefore: at(notBeforeMs) };
  return awaitLate({ ...dependencies, repositories, intervals }, order, { now: () => began + lateMs });
}

describe('What git shows late', () => {
  it('is there when its branch contains it, and not when the repository alone has it', async () => {
    const repository = world().source.path;
    const commit = world().source.commit('feature', { 'README.md': 'not merged\n' });
    await look({ repository, commit });
    await expect(look({ repository, commit, branch: 'main' })).rejects.toMatchObject({
      type: 'StillWaiting',
      message: expect.stringMatching(/^[0-9a-f]{8} is not on main of .* yet \(looks again in 15 s\)$/),
    });
    world().source.setBranch('main', commit);
    await look({ repository, commit, branch: 'main' });
  });

  it.each([
    [0, 15_000],
    [8 * 60_000, 2 * 60_000],
    [24 * 3_600_000, 10 * 60_000],
  ])('is looked for ever more seldom: after %i ms again in %i ms', async (lateMs, nextRetryDelay) => {
    const missing = { repository: world().source.path, commit: unknown };
    await expect(look(missing, { lateMs })).rejects.toMatchObject({ type: 'StillWaiting', nextRetryDelay });
  });

  it('is not looked for before it may be tried again, even if there is nothing to look at', async () => {
    const ask = () => look(undefined, { lateMs: 10_000, notBeforeMs: 30_000 });
    await expect(ask()).rejects.toMatchObject({ type: 'StillWaiting', nextRetryDelay: 20_000 });
    await look(undefined, { lateMs: 30_000, notBeforeMs: 30_000 });
  });

  it.each([
    ['that passes is thrown on', new Failure('Unavailable', 'away'), 'away'],
    ['that is another one ends the wait', new Failure('Unauthorized', 'no token'), undefined],
    [
      'that something else is late goes on waiting',
      new Failure('NotFound', 'gone', { patienceMs: 1 }),
      'looks again in',
    ],
  ])('and a failure %s', async (_, failure, words) => {
    const branchHead = () => Promise.reject(failure);
    const missing = { repository: world().source.path, commit: unknown, branch: 'main' };
    const found = look(missing, {}, (repository) => ({ ...repository, branchHead }));
    if (words === undefined) await found;
    else await expect(found).rejects.toThrow(words);
  });
});

describe('A step that ends because something is late', () => {
  const missing = { repository: 'https://forge.test/acme/gitops', commit: unknown, branch: 'qa' };
  const logger = new DefaultLogger('ERROR');

  async function failWith(failure: Failure): Promise<ApplicationFailure> {
    const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - 60_000 }, { logger });
    const step = asActivity<void, void>(() => Promise.reject(failure));
    return environment.run(step).then(
      () => expect.unreachable(),
      (error: ApplicationFailure) => error,
    );
  }

  it('says so beside its message, and what git does not show', async () => {
    const failure = await failWith(new Failure('Refused', 'rewritten', { patienceMs: 0, missing }));
    expect(failure).toMatchObject({ nonRetryable: true });
    expect(readLate(failure.details)).toEqual({ late: true, missing });
  });

  it('is not one that ends for another reason, or with what nobody can read', async () => {
    const failure = await failWith(new Failure('Refused', 'no'));
    expect(readLate(failure.details)).toBeUndefined();
    expect(readLate([{ late: true, missing: { commit: 'main' } }])).toBeUndefined();
  });
});
