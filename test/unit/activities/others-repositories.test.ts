import { describe, expect, it } from 'vitest';
import { awaitMerge } from '../../../src/activities/pull-request/await-merge.ts';
import { openPullRequest } from '../../../src/activities/pull-request/open-pull-request.ts';
import { record } from '../../../src/activities/record/record.ts';
import { renderEnvironment } from '../../../src/activities/render/render-environment.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { useWorld } from './environment-world.ts';

const world = useWorld();

/** What somebody may order who starts a lane, or answers a step in the place of a worker. */
const order = {
  source: 'https://forge.test/acme/platform',
  environment: 'prod',
  gitops: { repository: 'https://forge.test/others/website', branch: 'main' },
};

type Step = (dependencies: Dependencies, order: never, attempt: never) => Promise<unknown>;
const steps: readonly (readonly [string, Step])[] = [
  ['rendered', renderEnvironment as Step],
  ['requested', openPullRequest as Step],
  ['merged', awaitMerge as Step],
  ['recorded', record as Step],
];

describe('In a repository of another owner, which no Environment file may name', () => {
  it.each(steps)('nothing is %s', async (_, step) => {
    const opened: string[] = [];
    const open = (url: string) => {
      opened.push(url);
      return world().dependencies.repositories.open(world().gitops.path);
    };
    const given = { ...order, entry: { time: '2026-01-01T00:00:00.000Z', event: 'held', by: 'ann', reason: 'x' } };
    await expect(
      step({ ...world().dependencies, repositories: { open } }, given as never, {} as never),
    ).rejects.toMatchObject({ type: 'Refused', message: expect.stringContaining('which has another owner') });
    expect(opened).toEqual([]);
  });
});
