import { describe, it } from 'vitest';
import { onGiteaPlatform } from './platform.ts';

/** A repository that allows one method alone, by the name that people merge with. */
const only = (method: 'merge' | 'squash' | 'rebase') => ({
  allow_merge_commits: method === 'merge',
  allow_squash_merge: method === 'squash',
  allow_rebase: method === 'rebase',
  allow_rebase_explicit: false,
  allow_fast_forward_only_merge: false,
  default_merge_style: method,
});

describe('A commit on Gitea', () => {
  it.for(['merge', 'squash', 'rebase'] as const)(
    'goes from dev to prod, merged by %s, and statuses and comments tell it',
    async (method, { expect }) => {
      const environments = [
        { name: 'dev' },
        { name: 'qa', merge: 'approval' },
        { name: 'prod', merge: 'manual' },
      ] as const;
      await onGiteaPlatform(
        environments,
        async ({ platform, promote, deployed }) => {
          const { world, fleet, gitops } = platform;
          const version2 = await platform.release('2');
          const promotion = await promote(version2);
          const inQa = (await promotion.reaches('qa', 'awaiting approval')).request;
          await promotion.decide('approve', { environment: 'qa', head: inQa?.head });
          const { request } = await promotion.reaches('prod', 'pull request open');
          const mergeCommit = await world.person.merge(request?.number ?? 0, method);
          const { state, environments: ended } = await promotion.result();
          expect(state).toBe('promoted');
          expect(ended.map((each) => [each.environment, each.state])).toEqual([
            ['dev', 'promoted'],
            ['qa', 'promoted'],
            ['prod', 'promoted'],
          ]);
          expect(ended[2]).toMatchObject({ mergeCommit, mergedBy: world.maintainer.name });
          for (const { name } of environments) {
            const head = await platform.head(name);
            const parents = gitops.local.git(['rev-list', '--parents', '--max-count=1', head]).split(' ').length - 1;
            expect(parents).toBe(method === 'merge' ? 2 : 1);
            expect(fleet.cluster(name).objects('ConfigMap')[0]?.data).toEqual({ version: '2' });
            expect((await deployed(name))?.main).toBe(version2);
          }
          const words = 'promoted, 1 of 1 cluster healthy';
          // What does not get through in two seconds is written after the step.
          await expect
            .poll(() => platform.statuses('source', version2))
            .toEqual(new Map(environments.map(({ name }) => [`fairlead/${name}`, `success: ${words}`])));
          const who = ['', 'By ann (as given).', `By ${world.maintainer.name}.`];
          for (const [index, { name }] of environments.entries()) {
            const number = index + 1;
            const found = await world.forge.pullRequest(number);
            expect(found).toMatchObject({ state: 'merged', labels: ['promoted'], author: world.bot.name });
            const order = new Map([['fairlead/order', `success: it is the turn of #${number}`]]);
            await expect.poll(() => platform.statuses('gitops', found.head.sha)).toEqual(order);
            await expect.poll(() => world.comments(number)).toEqual([expect.stringContaining(`**${name}**: ${words}`)]);
            expect((await world.comments(number))[0]).toContain(who[index]);
          }
        },
        { settings: only(method), hasReports: true },
      );
    },
  );
});
