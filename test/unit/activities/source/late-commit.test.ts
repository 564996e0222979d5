import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { asActivity } from '../../../../src/activities/as-activity.ts';
import { readConfig } from '../../../../src/activities/source/read-config.ts';
import { readPlatform } from '../../../../src/activities/source/read-platform.ts';
import type { Dependencies } from '../../../../src/dependencies.ts';
import type { FailureType } from '../../../../src/failure.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

/** No branch has it, and the mirror cannot fetch it. */
const unknown = 'd'.repeat(40);
const commitPatienceMs = 60_000;
const logger = new DefaultLogger('ERROR');

/** Runs a step as Temporal does, so long after it was scheduled. */
function attemptAfter<T>(waitedMs: number, step: () => Promise<T>): Promise<T> {
  const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - waitedMs }, { logger });
  return environment.run(asActivity<void, T>(step)) as Promise<T>;
}

interface Step {
  readonly name: string;
  readonly type: FailureType;
  readonly words: RegExp;
  readonly read: (dependencies: Dependencies) => Promise<object>;
}

function patient(): Dependencies {
  const { dependencies } = world();
  return { ...dependencies, intervals: { ...dependencies.intervals, commitPatienceMs } };
}

const steps: readonly Step[] = [
  {
    name: 'A main commit',
    type: 'NotFound',
    words: /has no commit d{40}\. Push it to main/,
    read: (dependencies) => readPlatform(dependencies, { source: world().source.path, commit: unknown }),
  },
  {
    name: 'A config commit',
    type: 'InvalidInput',
    words: /d{40} is not on qa/,
    read: (dependencies) => readConfig(dependencies, { ...world().place, config: unknown }),
  },
];

describe.each(steps)('$name that git does not have yet', ({ type, words, read }) => {
  it('is looked for again, a few seconds later, while the patience lasts', async () => {
    await expect(attemptAfter(commitPatienceMs / 2, () => read(patient()))).rejects.toMatchObject({
      type,
      message: expect.stringMatching(words),
      nonRetryable: false,
      nextRetryDelay: 5_000,
    });
  });

  it('is refused when that has passed, with what to do', async () => {
    await expect(attemptAfter(commitPatienceMs + 1_000, () => read(patient()))).rejects.toMatchObject({
      type,
      message: expect.stringMatching(words),
      nonRetryable: true,
    });
  });

  it('is refused at once where nobody wants it to be waited for', async () => {
    const { dependencies } = world();
    await expect(attemptAfter(0, () => read(dependencies))).rejects.toMatchObject({ type, nonRetryable: true });
  });
});

describe('What git has', () => {
  it('elsewhere than on main is refused at once', async () => {
    const feature = world().source.commit('feature', { 'README.md': 'not merged\n' });
    const read = () => readPlatform(patient(), { source: world().source.path, commit: feature });
    await expect(attemptAfter(0, read)).rejects.toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  });

  it('elsewhere than on the config branch is refused at once', async () => {
    const config = world().release('1');
    const read = () => readConfig(patient(), { ...world().place, config });
    await expect(attemptAfter(0, read)).rejects.toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  });

  it('by the second look is read', async () => {
    const missing = () => readConfig(patient(), { ...world().place, config: unknown });
    await expect(attemptAfter(0, missing)).rejects.toMatchObject({ nonRetryable: false });
    const config = world().configure('3');
    const read = () => readConfig(patient(), { ...world().place, config });
    expect(await attemptAfter(5_000, read)).toMatchObject({ head: config });
  });
});

describe('A commit that comes while git is asked', () => {
  /** Repositories in which the branches are at `before` and have nothing newer, until a branch was asked for once. */
  function comingAfterTheHead(before: string): Dependencies {
    const { repositories, ...others } = patient();
    const open = (url: string) => {
      const repository = repositories.open(url);
      let there = false;
      const branchHead = async (branch: string) => {
        const head = there ? await repository.branchHead(branch) : before;
        there = true;
        return head;
      };
      const ensureCommit = async (commit: string) =>
        (there || commit === before) && (await repository.ensureCommit(commit));
      return { ...repository, branchHead, ensureCommit };
    };
    return { ...others, repositories: { open } };
  }

  it.each([
    { name: 'to main', read: readPlatform, branch: 'main', commit: () => world().release('1') },
    { name: 'to a config branch', read: readConfig, branch: 'qa', commit: () => world().configure('3') },
  ])('$name is looked for again', async ({ read, branch, commit }) => {
    const before = world().source.head(branch) ?? '';
    const late = commit();
    const ref = { ...world().place, commit: late, config: late };
    const look = (): Promise<object> => read(comingAfterTheHead(before), ref);
    await expect(attemptAfter(0, look)).rejects.toMatchObject({ nonRetryable: false, nextRetryDelay: 5_000 });
  });
});
